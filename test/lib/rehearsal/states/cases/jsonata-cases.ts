import { type CaseGroup, failed, machine, succeeded, type TableCase } from './case-table.ts';

function expression(text: string, expected: unknown, input: unknown = {}): TableCase {
  return {
    name: `{% ${text} %}`,
    definition: machine({ Only: { Type: 'Pass', Output: { value: `{% ${text} %}` }, End: true } }),
    input,
    expect: succeeded({ value: expected }),
  };
}

function broken(text: string, input: unknown = {}): TableCase {
  return {
    name: `{% ${text} %} fails`,
    definition: machine({ Only: { Type: 'Pass', Output: { value: `{% ${text} %}` }, End: true } }),
    input,
    expect: failed('States.QueryEvaluationError', { states: ['Only'] }),
  };
}

export const jsonataGroups: readonly CaseGroup[] = [
  {
    topic: 'functions of Step Functions',
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-step-functions',
    cases: [
      expression('$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]),
      expression('$partition([1,2], 5)', [[1, 2]]),
      expression('$partition([], 2)', []),
      broken('$partition([1], 0)'),
      broken('$partition($states.input.none, 2)'),
      expression('$range(1, 9, 2)', [1, 3, 5, 7, 9]),
      expression('$range(0, 5, 2)', [0, 2, 4]),
      expression('$range(3, 1, -1)', [3, 2, 1]),
      expression('$range(1, 1, 1)', [1]),
      broken('$range(1, 2, 0)'),
      broken('$range(1, 9000000, 1)'),
      broken('$range(1, $states.input.none, 1)'),
      expression('$hash("input data", "SHA-1")', 'aaff4a450a104cd177d28d18d74485e8cae074b7'),
      expression('$hash("", "MD5")', 'd41d8cd98f00b204e9800998ecf8427e'),
      expression('$length($hash("a", "SHA-256"))', 64),
      expression('$length($hash("a", "SHA-384"))', 96),
      expression('$length($hash("a", "SHA-512"))', 128),
      broken('$hash("a", "CRC32")'),
      broken('$hash($states.input.none, "MD5")'),
      expression('$parse("{\\"a\\":[1,null]}")', { a: [1, null] }),
      expression('$parse("3")', 3),
      broken('$parse("{")'),
      broken('$parse($states.input.none)'),
      expression('$random(7) = $random(7)', true),
      expression('($r := $random(); $r >= 0 and $r < 1)', true),
      expression('$length($uuid())', 36),
      expression('$uuid() = $uuid()', false),
      broken('$eval("1 + 1")'),
    ],
  },
  {
    topic: 'expressions',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html and https://docs.jsonata.org',
    cases: [
      expression('$states.input.a.b', 1, { a: { b: 1 } }),
      expression('$states.input.items[$ > 1]', [2, 3], { items: [1, 2, 3] }),
      expression('$states.input.items[price > 5].name', ['b', 'c'], {
        items: [
          { name: 'a', price: 1 },
          { name: 'b', price: 6 },
          { name: 'c', price: 7 },
        ],
      }),
      expression('$sum($states.input.n)', 6, { n: [1, 2, 3] }),
      expression('$map($states.input.n, function($v, $i) { $v * $i })', [0, 2, 6], { n: [1, 2, 3] }),
      expression('$states.input.n ? "yes" : "no"', 'no', { n: 0 }),
      expression('{"a": $states.input.missing, "b": 1}', { b: 1 }),
      expression('null', null),
      expression('$exists($states.input.missing)', false),
      expression('$merge([$states.input, {"b": 2}])', { a: 1, b: 2 }, { a: 1 }),
      expression('$string($states.input)', '{"a":1}', { a: 1 }),
      expression('[$states.input.one]', [1], { one: 1 }),
      expression('$states.input.list', [], { list: [] }),
      expression('$contains("abc", /b/)', true),
      expression('($x := 2; $f := function($n) { $n * $x }; $f(4))', 8),
      expression('$states.input.q & "\\\\"', 'say "hi" \\', { q: 'say "hi" ' }),
      expression('$now()', '2026-01-01T00:00:00.000Z'),
      expression('$millis()', Date.UTC(2026, 0, 1)),
      expression('$toMillis("2026-01-02T03:04:05")', Date.UTC(2026, 0, 2, 3, 4, 5)),
      expression('$fromMillis(0)', '1970-01-01T00:00:00.000Z'),
      expression('$count($shuffle([1..9]))', 9),
      broken('$states.input.missing'),
      broken('$missing'),
      broken('1 +'),
      broken('"a" + 1'),
      broken('$nosuchfunction(1)'),
      broken('$error("stop")'),
      broken('function($x) { $x }'),
      broken('{"f": $sum}'),
      broken('($f := function() { $f() }; $f())'),
      broken('($f := function($n) { 1 + $f($n) }; $f(1))'),
      broken('$number("x")'),
    ],
  },
  {
    topic: 'templates',
    source:
      'https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#writing-jsonata-expressions-in-json-strings',
    cases: [
      {
        name: 'a string without marks is plain data',
        definition: machine({ Only: { Type: 'Pass', Output: ['$states.input', '{%', 'x {% 1 %}', ''], End: true } }),
        expect: succeeded(['$states.input', '{%', 'x {% 1 %}', '']),
      },
      {
        name: 'expressions nest in lists and objects',
        definition: machine({
          Only: { Type: 'Pass', Output: { a: [{ b: '{% $states.input.n %}' }, 1], c: null }, End: true },
        }),
        input: { n: 4 },
        expect: succeeded({ a: [{ b: 4 }, 1], c: null }),
      },
      {
        name: 'an expression may span lines and needs no spaces',
        definition: machine({ Only: { Type: 'Pass', Output: ['{%1%}', '{%\n 1 +\n 1\n%}'], End: true } }),
        expect: succeeded([1, 2]),
      },
      {
        name: 'quotes and backslashes in data stay as they are',
        definition: machine({
          Keep: { Type: 'Pass', Assign: { s: '{% $states.input %}' }, Next: 'Show' },
          Show: { Type: 'Pass', Output: '{% $s %}', End: true },
        }),
        input: 'a "b" \\ {% 1 %}',
        expect: succeeded('a "b" \\ {% 1 %}'),
      },
      {
        name: 'the cause names state, event, expression and field',
        definition: machine({ State0: { Type: 'Pass', Output: { result: '{% $doesNotExist %}' }, End: true } }),
        expect: failed('States.QueryEvaluationError', {
          cause:
            "An error occurred while executing the state 'State0' (entered at the event id #2). The JSONata expression '$doesNotExist' specified for the field 'Output/result' returned nothing (undefined).",
        }),
      },
    ],
  },
];

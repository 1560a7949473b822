import { describe, expect, test } from '@jest/globals';
import { compilePattern } from '../../../../../lib/rehearsal/aws/eventbridge/event-pattern.ts';

const event = {
  source: 'lifeboat',
  'detail-type': 'Signal Observed',
  resources: ['arn:a', 'arn:b'],
  detail: {
    state: 'unhealthy',
    count: 7,
    flag: true,
    nothing: null,
    empty: '',
    path: 'eu-west-1/probe.log',
    nested: { deep: [{ name: 'x' }, { name: 'y' }] },
  },
};

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
describe('an event pattern', () => {
  test.each<[string, unknown, boolean]>([
    ['exact value', { source: ['lifeboat'] }, true],
    ['another value', { source: ['aws.health'] }, false],
    ['one of several', { source: ['aws.health', 'lifeboat'] }, true],
    ['all of several fields', { source: ['lifeboat'], 'detail-type': ['Other'] }, false],
    ['one element of an array', { resources: ['arn:b'] }, true],
    ['no element of an array', { resources: ['arn:c'] }, false],
    ['number', { detail: { count: [7] } }, true],
    ['number is not text', { detail: { count: ['7'] } }, false],
    ['truth', { detail: { flag: [true] } }, true],
    ['null', { detail: { nothing: [null] } }, true],
    ['empty text', { detail: { empty: [''] } }, true],
    ['objects in an array', { detail: { nested: { deep: { name: ['y'] } } } }, true],
    ['a field of what is not there', { detail: { absent: { deep: ['y'] } } }, false],
    ['prefix', { detail: { state: [{ prefix: 'un' }] } }, true],
    ['prefix regardless of case', { detail: { state: [{ prefix: { 'equals-ignore-case': 'UN' } }] } }, true],
    ['suffix', { detail: { path: [{ suffix: '.log' }] } }, true],
    ['suffix regardless of case', { detail: { path: [{ suffix: { 'equals-ignore-case': '.TXT' } }] } }, false],
    ['prefix of a number', { detail: { count: [{ prefix: '7' }] } }, false],
    ['equals-ignore-case', { detail: { state: [{ 'equals-ignore-case': 'UNHEALTHY' }] } }, true],
    ['equals-ignore-case of a number', { detail: { count: [{ 'equals-ignore-case': '7' }] } }, false],
    ['wildcard', { detail: { path: [{ wildcard: 'eu-*/probe.*' }] } }, true],
    ['wildcard takes a dot as a dot', { detail: { path: [{ wildcard: 'eu-*/probe?log' }] } }, false],
    ['wildcard with an escaped asterisk', { detail: { path: [{ wildcard: 'eu-\\*' }] } }, false],
    ['numeric', { detail: { count: [{ numeric: ['>', 5, '<=', 7] }] } }, true],
    ['numeric out of range', { detail: { count: [{ numeric: ['>=', 5, '<', 7] }] } }, false],
    ['numeric equality', { detail: { count: [{ numeric: ['=', 7] }] } }, true],
    ['numeric of text', { detail: { state: [{ numeric: ['>', 0] }] } }, false],
    ['exists', { detail: { state: [{ exists: true }] } }, true],
    ['exists of an object', { detail: { nested: [{ exists: true }] } }, false],
    ['exists not', { detail: { absent: [{ exists: false }] } }, true],
    ['exists not, but does', { detail: { nothing: [{ exists: false }] } }, false],
    ['anything-but', { detail: { state: [{ 'anything-but': 'healthy' }] } }, true],
    ['anything-but itself', { detail: { state: [{ 'anything-but': ['a', 'unhealthy'] }] } }, false],
    ['anything-but a number', { detail: { count: [{ 'anything-but': 8 }] } }, true],
    ['anything-but needs the field', { detail: { absent: [{ 'anything-but': 'x' }] } }, false],
    ['anything-but a prefix', { detail: { state: [{ 'anything-but': { prefix: 'un' } }] } }, false],
    ['anything-but suffixes', { detail: { path: [{ 'anything-but': { suffix: ['.txt', '.md'] } }] } }, true],
    ['anything-but a wildcard', { detail: { path: [{ 'anything-but': { wildcard: '*probe*' } }] } }, false],
    ['anything-but a case', { detail: { state: [{ 'anything-but': { 'equals-ignore-case': 'Unhealthy' } }] } }, false],
    ['$or', { $or: [{ source: ['aws.health'] }, { detail: { count: [7] } }] }, true],
    ['$or beside a field', { source: ['x'], $or: [{ detail: { count: [7] } }, { detail: { count: [8] } }] }, false],
    ['$or inside', { detail: { $or: [{ count: [8] }, { state: ['unhealthy'] }] } }, true],
    ['$or of nothing true', { detail: { $or: [{ count: [8] }, { state: ['ok'] }] } }, false],
  ])('%s', (_name, pattern, expected) => {
    expect(compilePattern(pattern)(event)).toBe(expected);
  });

  test.each<[unknown, string]>([
    [{}, 'an event pattern is an object with at least one field'],
    [['x'], 'an event pattern is an object with at least one field'],
    [{ source: 'lifeboat' }, 'event pattern at source: must be an object or a list with at least one value'],
    [{ detail: { state: [] } }, 'event pattern at detail.state: must be an object or a list with at least one value'],
    [{ source: [{ cidr: '10.0.0.0/8' }] }, 'event pattern at source: not simulated: operator cidr'],
    [{ source: [{ prefix: { wildcard: 'x' } }] }, 'not simulated: prefix with wildcard'],
    [{ source: [{ prefix: '' }] }, "prefix takes a string that isn't empty"],
    [{ source: [{ exists: 'yes' }] }, 'exists takes true or false'],
    [{ source: [{ numeric: ['>', 5, '<'] }] }, 'numeric takes one or two pairs'],
    [{ source: [{ numeric: ['!=', 5] }] }, 'numeric takes one or two pairs'],
    [{ source: [{ wildcard: 'a**' }] }, 'no two asterisks in a row'],
    [{ source: [{ 'anything-but': [] }] }, 'anything-but takes literals'],
    [{ source: [{ 'anything-but': { numeric: ['>', 1] } }] }, 'not simulated: anything-but with numeric'],
    [{ source: [{ prefix: 'a', suffix: 'b' }] }, 'an alternative has exactly one operator'],
    [{ source: [['nested']] }, 'not simulated: operator 0'],
    [{ $or: [{ source: ['a'] }] }, 'event pattern at $or: $or takes a list of at least two patterns'],
    [{ detail: { $or: 'x' } }, 'event pattern at detail.$or'],
    [{ source: [() => true] }, 'a pattern holds literals and operators'],
  ])('%j is refused', (pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(message);
  });
});

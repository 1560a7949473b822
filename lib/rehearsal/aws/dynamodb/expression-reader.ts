import { reservedWords } from './reserved-words.ts';
import { validation } from './validation.ts';

/** `[name or #name, index, …]`; indexes are numbers. */
export type Path = readonly (string | number)[];

interface Token {
  readonly text: string;
  readonly at: number;
}

const tokenShape = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|([#:][A-Za-z0-9_]+)|(\d+)|(<>|<=|>=|[=<>()[\],.+-]))/y;

/** The parts of DynamoDB's expression languages that all of them share: tokens, document paths, placeholders. */
export class ExpressionReader {
  /** Which parameter is read, for messages: `ConditionExpression`. */
  readonly kind: string;
  readonly names = new Set<string>();
  readonly values = new Set<string>();
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #position = 0;

  constructor(kind: string, text: string) {
    this.kind = kind;
    this.#text = text;
    if (text.trim() === '') throw this.invalid('The expression can not be empty;');
    this.#tokenize();
  }

  get done(): boolean {
    return this.#position >= this.#tokens.length;
  }

  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#position + ahead]?.text;
  }

  next(): string {
    const token = this.#tokens[this.#position];
    if (token === undefined) throw this.syntaxError();
    this.#position++;
    return token.text;
  }

  /** Takes the next token if it is this one; keywords regardless of case. */
  take(text: string): boolean {
    const next = this.peek();
    if (next === undefined || next.toUpperCase() !== text.toUpperCase()) return false;
    this.#position++;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.syntaxError();
  }

  end(): void {
    if (!this.done) throw this.syntaxError();
  }

  path(): Path {
    const path: (string | number)[] = [this.#attributeName()];
    for (;;) {
      if (this.take('.')) path.push(this.#attributeName());
      else if (this.take('[')) {
        if (!/^\d+$/.test(this.peek() ?? '')) throw this.syntaxError();
        const index = this.next();
        this.expect(']');
        path.push(Number(index));
      } else return path;
    }
  }

  value(): string {
    if (this.peek()?.startsWith(':') !== true) throw this.syntaxError();
    const token = this.next();
    this.values.add(token);
    return token;
  }

  /** A mistake that isn't one of syntax. */
  invalid(detail: string): Error {
    return validation(`Invalid ${this.kind}: ${detail}`);
  }

  syntaxError(): Error {
    const token = this.#tokens[this.#position];
    if (token === undefined) {
      return this.invalid(`Syntax error; token: "<EOF>", near: "${this.#tokens.at(-1)?.text}"`);
    }
    const from = this.#tokens[Math.max(0, this.#position - 1)]!.at;
    const following = this.#tokens[this.#position + 1] ?? token;
    const near = this.#text.slice(from, following.at + following.text.length);
    return this.invalid(`Syntax error; token: "${token.text}", near: "${near}"`);
  }

  #attributeName(): string {
    const token = this.next();
    if (token.startsWith('#')) {
      this.names.add(token);
      return token;
    }
    if (!/^[A-Za-z_]/.test(token)) {
      this.#position--;
      throw this.syntaxError();
    }
    if (reservedWords.has(token.toLowerCase())) {
      throw this.invalid(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    }
    return token;
  }

  #tokenize(): void {
    const text = this.#text.trimEnd();
    tokenShape.lastIndex = 0;
    while (tokenShape.lastIndex < text.length) {
      const from = tokenShape.lastIndex;
      const match = tokenShape.exec(text);
      if (match === null) {
        const rest = text.slice(from).trimStart();
        const before = text.slice(this.#tokens.at(-1)?.at ?? text.length - rest.length, text.length - rest.length);
        const near = `${before}${/^.\s*[#:\w]*/.exec(rest)?.[0]}`;
        throw this.invalid(`Syntax error; token: "${rest.charAt(0)}", near: "${near}"`);
      }
      const token = match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
      this.#tokens.push({ text: token, at: tokenShape.lastIndex - token.length });
    }
  }
}

/** The library's own types import files without extensions, which Node's resolution does not find. */
declare module '@huggingface/jinja' {
  export type Node = { type: string } & Record<string, unknown>
  /** Lists and objects hold further values. */
  export type Value = { type: string; value: unknown }
  export class Environment {
    set(name: string, value: unknown): Value
  }
  export class Interpreter {
    constructor(environment: Environment)
    run(program: Node): Value
    evaluate(node: Node | undefined, environment: Environment): Value
  }
  export function tokenize(source: string): object[]
  export function parse(tokens: object[]): Node
}

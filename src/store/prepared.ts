import type { Compilable, CompiledQuery } from 'kysely'

/** Where a value of each run goes. */
class Placeholder {
  readonly name: PropertyKey

  constructor(name: PropertyKey) {
    this.name = name
  }
}

/** Stands for a value while a statement is built; Kysely takes it for a parameter like any other. */
export type ValueOf<Values> = <Name extends keyof Values>(name: Name) => Values[Name]

/**
 * A statement for the paths that are run most: Kysely takes longer to build one than an engine to run
 * it, so it is built once and gets other values for each run.
 */
export function prepared<Values extends object>(
  build: (value: ValueOf<Values>) => Compilable,
): (values: Values) => Compilable {
  let built: CompiledQuery | undefined
  return (values) => ({
    compile<Row>() {
      built ??= build((name) => new Placeholder(name) as never).compile()
      const parameters = built.parameters.map((parameter) =>
        parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
      )
      return { ...built, parameters } as CompiledQuery<Row>
    },
  })
}

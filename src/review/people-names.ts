import { commandLine, isCommandLine } from '../schema/command-line.ts'
import type { PersonName } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'

export type NameOf = (id: string) => PersonName

/** Names of people as they are now; whoever has left has none any more, and the command line is nobody's. */
export async function peopleNames({ people }: Pick<Store, 'people'>): Promise<NameOf> {
  const names = new Map((await people.list()).map(({ id, name }) => [id, name]))
  return (id) => ({ id, name: names.get(id) ?? nameOfNone(id) })
}

function nameOfNone(id: string): string {
  return isCommandLine(id) ? commandLine.name : 'Somebody who has left'
}

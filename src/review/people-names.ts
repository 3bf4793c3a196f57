import type { PersonName } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'

export type NameOf = (id: string) => PersonName

/** Names of people as they are now; whoever has left has none any more. */
export async function peopleNames({ people }: Pick<Store, 'people'>): Promise<NameOf> {
  const names = new Map((await people.list()).map(({ id, name }) => [id, name]))
  return (id) => ({ id, name: names.get(id) ?? 'Somebody who has left' })
}

import type { StoredReadState } from '../schema/stored-read-mark.ts'
import type { ReadState } from '../schema/workplace.ts'
import type { Store } from '../store/store.ts'
import { type NameOf, peopleNames } from './people-names.ts'

/** @param stored left out where nobody ever said anything */
export function toReadState(stored: StoredReadState | undefined, nameOf: NameOf): ReadState {
  const { marks = [], version = 0 } = stored ?? {}
  const by = marks.map(({ person, createdAt: at, review }) => {
    return { person: nameOf(person), at, review }
  })
  return { by, version }
}

/** Who has read all of a document. */
export async function readStateOf(
  store: Pick<Store, 'readMarks' | 'people'>,
  document: string,
): Promise<ReadState> {
  const [states, nameOf] = await Promise.all([store.readMarks.of([document]), peopleNames(store)])
  return toReadState(states.get(document), nameOf)
}

import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import { count } from '../schema/figure-words.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { Store } from '../store/store.ts'
import type { Actor } from './actor.ts'
import { hiddenNames } from './hidden-names.ts'

type TextStore = Pick<Store, 'openedTexts' | 'settings' | 'secrets'>
type Reader = Pick<Actor, 'id' | 'permissions'>

const key = 'texts-per-day'
const TextsPerDay = z.int().min(1).max(100_000).default(300)

/** How many different texts one person may open on a day (UTC) who may not export. */
export async function readTextsPerDay({ settings }: Pick<Store, 'settings'>): Promise<number> {
  return TextsPerDay.parse(await settings.get(key))
}

export async function writeTextsPerDay(
  { settings }: Pick<Store, 'settings'>,
  texts: number,
): Promise<void> {
  await settings.put(key, TextsPerDay.parse(texts))
}

/** Whether whole texts leave the server for them in any number. A key of theirs may do less. */
export function mayExport({ permissions }: Pick<Actor, 'permissions'>): boolean {
  return permissions.has('datasets:export')
}

type Text = {
  /** What kind of thing it is of. */
  kind: 'document' | 'example' | 'mistakes'
  /** Equal where the text is. */
  id: string
  /** Whole texts that it counts as. */
  units?: number
}

/**
 * Counts a text that is opened, once a day. Call it, and wait for it, before the text goes out.
 * @returns false when it does not fit into the day
 */
export async function fitsIntoDay(
  store: TextStore,
  reader: Reader,
  { kind, id, units = 1 }: Text,
): Promise<boolean> {
  if (mayExport(reader)) return true
  const [nameOf, atMost] = await Promise.all([hiddenNames(store), readTextsPerDay(store)])
  const name = nameOf(`${kind}:${id}`)
  const day = new Date().toISOString().slice(0, 10)
  return store.openedTexts.open({ person: reader.id, day, name, units, atMost })
}

/**
 * Before a whole text goes out to one person.
 * @throws UserFacingError texts-limit
 */
export async function openText(store: TextStore, reader: Reader, text: Text): Promise<void> {
  if (await fitsIntoDay(store, reader, text)) return
  throw new UserFacingError('texts-limit', await limitInWords(store))
}

/**
 * The same for a document, unless they brought it themselves.
 * @throws UserFacingError texts-limit
 */
export async function openDocument(
  store: TextStore,
  reader: Reader,
  { sha256, uploader }: Pick<StoredDocument, 'sha256' | 'uploader'>,
): Promise<void> {
  if (uploader === reader.id) return
  await openText(store, reader, { kind: 'document', id: sha256 })
}

/** Why nothing new opens today, until when, and who helps. */
export async function limitInWords(store: Pick<Store, 'settings'>): Promise<string> {
  const most = await readTextsPerDay(store)
  const day = new Date().toISOString().slice(0, 10)
  return `Without the right to export, a person may open ${count(most, 'different text')} a day, and yours of today (${day}, UTC) are used up. New ones open again from midnight UTC on; those of today stay open to you. If you need more at once, ask a custodian, who can export, or an operator, who can raise the limit under Settings.`
}

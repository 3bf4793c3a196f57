import { z } from 'zod'
import { UserFacingError } from '../lib/errors.ts'
import type { Split } from '../schema/access.ts'
import { count } from '../schema/figure-words.ts'
import type { StoredDocument } from '../schema/stored-document.ts'
import type { Store } from '../store/store.ts'
import type { Actor } from './actor.ts'
import { datasetScopeOf } from './dataset-rights.ts'
import { isGiven, scopesOf } from './document-rights.ts'
import { hiddenNames } from './hidden-names.ts'

type TextStore = Pick<Store, 'openedTexts' | 'settings' | 'secrets'>
type PoolStore = TextStore & Pick<Store, 'datasets' | 'documents'>
type Reader = Pick<Actor, 'id' | 'roles' | 'permissions'>

const perDayKey = 'texts-per-day'
const TextsPerDay = z.int().min(1).max(100_000).default(300)
const shareKey = 'texts-share'
const TextsShare = z.number().min(0.01).max(1).default(0.2)
/** Of a few texts, a share would be none. */
const fewestOfShare = 10

type TextLimits = {
  /** How many different texts one person may open on a day (UTC) who may not export. */
  textsPerDay: number
  /** How many of them may be of one dataset's split, or be documents, as a share of those that they reach there. */
  textsShare: number
}

export async function readTextLimits({ settings }: Pick<Store, 'settings'>): Promise<TextLimits> {
  const [perDay, share] = await Promise.all([settings.get(perDayKey), settings.get(shareKey)])
  return { textsPerDay: TextsPerDay.parse(perDay), textsShare: TextsShare.parse(share) }
}

export async function writeTextLimits(
  { settings }: Pick<Store, 'settings'>,
  { textsPerDay, textsShare }: Partial<TextLimits>,
): Promise<void> {
  if (textsPerDay !== undefined) await settings.put(perDayKey, TextsPerDay.parse(textsPerDay))
  if (textsShare !== undefined) await settings.put(shareKey, TextsShare.parse(textsShare))
}

/** Whether whole texts leave the server for them in any number. A key of theirs may do less. */
export function mayExport({ permissions }: Pick<Actor, 'permissions'>): boolean {
  return permissions.has('datasets:export')
}

/** What a text is one of, with how many of them its reader reaches. */
type Pool = { name: string; texts: number }

type Text = {
  /** What kind of thing it is of. */
  kind: 'document' | 'example' | 'mistakes'
  /** Equal where the text is. */
  id: string
  /** Whole texts that it counts as. */
  units?: number
  /** Looked up for what is new on the day only. */
  pools?: () => Promise<readonly Pool[]>
}

type Fitting = { fits: true } | { fits: false; sentence: string }

/**
 * Counts a text that is opened, once a day, of all that its reader opens and of each pool that has it. Call
 * it, and wait for it, before the text goes out.
 */
export async function fitIntoDay(
  store: TextStore,
  reader: Reader,
  { kind, id, units = 1, pools = async () => [] }: Text,
): Promise<Fitting> {
  if (mayExport(reader)) return { fits: true }
  const [nameOf, limits] = await Promise.all([hiddenNames(store), readTextLimits(store)])
  const day = new Date().toISOString().slice(0, 10)
  const text = { person: reader.id, day, name: nameOf(`${kind}:${id}`) }
  if (await store.openedTexts.isOpen(text)) return { fits: true }
  const atMost = limits.textsPerDay
  const limited = (await pools()).map(({ name, texts }) => {
    return { name, atMost: Math.min(atMost, largestOf(texts, limits)) }
  })
  const full = await store.openedTexts.open({ ...text, units, atMost, pools: limited })
  if (full === null) return { fits: true }
  const pool = limited.find(({ name }) => name === full.pool)
  return { fits: false, sentence: limitInWords({ day, limits, pool }) }
}

/** How many of so many texts may be opened on one day. */
function largestOf(texts: number, { textsShare }: Pick<TextLimits, 'textsShare'>): number {
  return Math.max(fewestOfShare, Math.ceil(texts * textsShare))
}

/**
 * Of which documents of one measured split an evaluation may quote to who may not export: a share, drawn by a key
 * for each day (UTC) and for everybody alike. However often an agent reports whatever it reads, and whoever has it
 * do so, no more of them is told that day.
 * @param measured `documents` are the ids of those that were measured
 */
export async function quotedToday(
  store: TextStore,
  { dataset, documents }: { dataset: string; documents: readonly string[] },
): Promise<{ quoted: ReadonlySet<string>; sentence: string }> {
  const [nameOf, limits] = await Promise.all([hiddenNames(store), readTextLimits(store)])
  const day = new Date().toISOString().slice(0, 10)
  const drawn = documents
    .map((id) => ({ id, draw: nameOf(`quotes ${day} ${dataset} ${id}`) }))
    .toSorted((a, b) => (a.draw < b.draw ? -1 : 1))
    .slice(0, largestOf(documents.length, limits))
  const share = `${Math.round(limits.textsShare * 100)} %`
  const sentence = `Without the right to export, mistakes are told of ${drawn.length} of the ${count(documents.length, 'document')} on one day (${share} of them, or ${fewestOfShare}), which are drawn anew at midnight UTC. Figures count all of them. If you need more at once, ask a custodian, who can export, or an operator, who can raise the limit under Settings.`
  return { quoted: new Set(drawn.map(({ id }) => id)), sentence }
}

type Example = {
  dataset: string
  /** Of the example. */
  id: string
  /** Hash of its text. */
  document: string
}

/**
 * Before the whole text of an example goes out to one person.
 * @throws UserFacingError texts-limit
 */
export async function openExample(
  store: TextStore & Pick<Store, 'datasets'>,
  reader: Reader,
  { dataset, id, document }: Example,
): Promise<void> {
  const pools = async (): Promise<Pool[]> => {
    const scope = datasetScopeOf(reader)
    const version = await store.datasets.version(scope, { dataset })
    if (version === null) return []
    const [entry] = await store.datasets.entries(scope, version.id, { ids: [id], limit: 1 })
    return [poolOf(version, entry?.split ?? 'evaluation')]
  }
  await openText(store, reader, { kind: 'example', id: document, pools })
}

/**
 * The same for a text that was measured, of a dataset that need not be in the store.
 * @throws UserFacingError texts-limit
 */
export async function openMeasured(
  store: TextStore,
  reader: Reader,
  { hash, dataset, texts }: { hash: string; dataset: string; texts: number },
): Promise<void> {
  const pools = async (): Promise<Pool[]> => [{ name: `${dataset}@evaluation`, texts }]
  await openText(store, reader, { kind: 'example', id: hash, pools })
}

/**
 * The same for a document, unless they brought it themselves. One that they were given to review counts on
 * their day alone: whoever gave it to them wants it read.
 * @throws UserFacingError texts-limit
 */
export async function openDocument(
  store: PoolStore,
  reader: Reader,
  document: Pick<StoredDocument, 'id' | 'sha256' | 'split' | 'uploader' | 'assignee'>,
): Promise<void> {
  if (document.uploader === reader.id) return
  const text = { kind: 'document' as const, id: document.sha256 }
  if (isGiven(reader, document)) return openText(store, reader, text)
  await openText(store, reader, { ...text, pools: () => poolsOf(store, reader, document) })
}

/** Of documents as such, and of each dataset that has it as an example. */
async function poolsOf(
  store: PoolStore,
  reader: Reader,
  { id, split }: Pick<StoredDocument, 'id' | 'split'>,
): Promise<Pool[]> {
  const scope = datasetScopeOf(reader)
  const [texts, versions, held] = await Promise.all([
    store.documents.count(scopesOf(reader)),
    store.datasets.list(scope),
    store.datasets.holders(scope, { text: '', source: id }),
  ])
  const having = versions.filter(({ dataset }) => held.has(dataset))
  return [{ name: 'documents', texts }, ...having.map((version) => poolOf(version, split))]
}

type Sized = { dataset: string; splits: readonly { split: Split; examples: number }[] }

function poolOf({ dataset, splits }: Sized, split: Split): Pool {
  const texts = splits.find((one) => one.split === split)?.examples ?? 0
  return { name: `${dataset}@${split}`, texts }
}

async function openText(store: TextStore, reader: Reader, text: Text): Promise<void> {
  const fitting = await fitIntoDay(store, reader, text)
  if (!fitting.fits) throw new UserFacingError('texts-limit', fitting.sentence)
}

type Reached = { day: string; limits: TextLimits; pool?: { name: string; atMost: number } }

/** Why nothing new opens today, until when, and who helps. */
function limitInWords({ day, limits: { textsPerDay, textsShare }, pool }: Reached): string {
  const share = `${Math.round(textsShare * 100)} %`
  const [most, of] =
    pool === undefined
      ? [textsPerDay, '']
      : [pool.atMost, ` of ${pool.name} (${share} of those there, or ${fewestOfShare})`]
  return `Without the right to export, a person may open ${count(most, 'different text')}${of} a day, and yours of today (${day}, UTC) are used up. New ones open again from midnight UTC on; those of today stay open to you. If you need more at once, ask a custodian, who can export, or an operator, who can raise the limit under Settings.`
}

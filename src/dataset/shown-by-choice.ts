import { UserFacingError } from '../lib/errors.ts'
import { Split } from '../schema/access.ts'
import type { ShownExample } from '../schema/api/dataset-version.ts'
import type { DatasetEntry } from '../schema/stored-dataset.ts'
import type { ShownText } from '../store/dataset-splits.ts'
import type { Store } from '../store/store.ts'
import { filedGroupOf, filedGroups, type FiledDocuments } from './filed-groups.ts'
import { type HiddenCopy, type HiddenKin, kinOfEach } from './hidden-kin.ts'
import { quoted } from './line-error.ts'
import { readAllEntries } from './read-all-entries.ts'
import type { ExampleText } from './version-drafts.ts'

type Ground = {
  datasets: Pick<Store['datasets'], 'list' | 'entries'>
  signatures: Store['signatures']
  dataset: string
  texts: readonly ExampleText[]
  /** What texts are in until now, by text group. */
  known: ReadonlyMap<string, Split>
  /** Of those that are hidden by themselves, also where they go with what is not. */
  hidden: ReadonlyMap<string, Split>
  kin: HiddenKin
  /** Ids of examples that retire: of them it counts only what other datasets hide. */
  retiring: ReadonlySet<string>
}

/** The hash of each hidden example, or else of the hidden document or text, for the audit log. */
export type HiddenRows = { split: Split; hashes: readonly string[] }

export type HiddenShown = ShownExample & HiddenRows

/** Examples that engineers would come to see, though their text or a near copy of it is hidden until now. */
export async function shownByChoice(
  entries: readonly DatasetEntry[],
  { datasets, signatures, dataset, texts, known, hidden, kin, retiring }: Ground,
): Promise<HiddenShown[]> {
  const before = (textGroup: string): Split =>
    hidden.get(textGroup) ?? known.get(textGroup) ?? 'evaluation'
  const shown = entries.filter(
    ({ split, textGroup }) => split === 'evaluation' && before(textGroup) !== 'evaluation',
  )
  if (shown.length === 0) return []
  const holders = await hiddenHolders(datasets)
  const ids = new Set(shown.map(({ id }) => id))
  const own = texts.filter(({ id }) => ids.has(id))
  const copies = await kinOfEach(signatures, own, kin)
  return shown.flatMap(({ id, textGroup }): HiddenShown[] => {
    const found = placesOf(holders, textGroup, copies.get(id) ?? [])
    const told = retiring.has(id)
      ? found.filter((one) => one.dataset !== null && one.dataset !== dataset)
      : found.concat(found.length > 0 ? [] : [among(before(textGroup), textGroup)])
    return told.map((one) => ({ id, ...one }))
  })
}

type Place = Omit<HiddenShown, 'id'>

/** Each dataset that hides a text or a copy of it, with all of them that it hides; and what no dataset does. */
function placesOf(
  holders: ReadonlyMap<string, ReadonlyMap<string, HiddenRows>>,
  textGroup: string,
  copies: readonly HiddenCopy[],
): Place[] {
  const holding = (key: string): Place[] =>
    Array.from(holders.get(key) ?? [], ([dataset, rows]) => ({ dataset, ...rows }))
  const ofCopies = copies.flatMap(({ document, split }) => {
    const held = holding(document)
    return held.length > 0 ? held : [among(split, document)]
  })
  const places = [...holding(textGroup), ...ofCopies]
  const byPlace = Map.groupBy(places, ({ dataset, split }) => JSON.stringify([dataset, split]))
  return [...byPlace.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const hashes = new Set([first, ...others].flatMap((one) => one.hashes))
    return [{ ...first, hashes: [...hashes] }]
  })
}

/** In no dataset. */
function among(split: Split, hash: string): Place {
  return { dataset: null, split, hashes: [hash] }
}

const hiddenSplits = Split.options.filter((split) => split !== 'evaluation')

/** As `HiddenRows`, while they are gathered. */
type Held = { split: Split; hashes: string[] }

type Holding = {
  /** A dataset that is passed over. */
  except?: string
  /** Where they are told by the group of that document, too. */
  documents?: FiledDocuments
}

/**
 * In newest versions: datasets that hide a text, each with the split, by its text group, its hash and the id of the
 * document that it was made of.
 */
export async function hiddenHolders(
  datasets: Ground['datasets'],
  { except, documents }: Holding = {},
): Promise<Map<string, Map<string, HiddenRows>>> {
  const holders = new Map<string, Map<string, Held>>()
  for (const version of await datasets.list('everything')) {
    if (version.dataset === except) continue
    const hidden = hiddenSplits.map((split) => readAllEntries(datasets, version, split))
    const entries = (await Promise.all(hidden)).flat()
    const filed = documents && (await filedGroups(documents, entries))
    for (const entry of entries) {
      const { textGroup, document, provenance, split, hash } = entry
      const filedIn = filed && filedGroupOf(filed, entry)
      const keys = [textGroup, document, provenance?.source, filedIn]
      for (const key of new Set(keys.filter((one) => one !== undefined))) {
        const places = holders.get(key) ?? new Map<string, Held>()
        const { hashes = [] } = places.get(version.dataset) ?? {}
        hashes.push(hash)
        holders.set(key, places.set(version.dataset, { split, hashes }))
      }
    }
  }
  return holders
}

/** Of these texts, the datasets that are known to hide each, or a copy of it. */
export function withHolders(
  textGroups: readonly string[],
  { entries, shown }: { entries: readonly DatasetEntry[]; shown: readonly ShownExample[] },
): ShownText[] {
  const textOf = new Map(entries.map(({ id, textGroup }) => [id, textGroup]))
  const places = Map.groupBy(shown, ({ id }) => textOf.get(id))
  return [...new Set(textGroups)].map((textGroup) => {
    const holders = places.get(textGroup)?.flatMap(({ dataset }) => dataset ?? []) ?? []
    return { textGroup, holders: [...new Set(holders)] }
  })
}

/** As whoever has confirmed it is told. */
export function withoutHashes(shown: readonly HiddenShown[]): ShownExample[] {
  return shown.map(({ hashes: _hashes, ...one }) => one)
}

/**
 * @param instead what else can be done than to confirm it, as the start of a sentence
 * @throws UserFacingError hidden-shown
 */
export function refuseShown(
  shown: readonly ShownExample[],
  instead: (them: 'it' | 'them') => string,
): void {
  const [first] = shown
  if (first === undefined) return
  const ids = new Set(shown.map(({ id }) => id))
  const them = ids.size === 1 ? 'it' : 'them'
  const places = [...new Set(shown.map(placeInWords))]
  throw new UserFacingError(
    'hidden-shown',
    `${ids.size === 1 ? `The example ${quoted(first.id)} is` : `${ids.size} examples, ${quoted(first.id)} for one, are`} hidden until now, as the same text or a near copy: ${places.slice(0, 5).join(', ')}. This would show ${them} to engineers for ever. ${instead(them)}, or confirm it (--show-hidden, or showHidden in the API).`,
  )
}

function placeInWords({ dataset, split }: ShownExample): string {
  return dataset === null ? `among documents (${split})` : `in ${dataset} (${split})`
}

import { type FlowTexts, flowTexts } from '../dataset/flow-texts.ts'
import {
  type LeakSearch,
  type LeakSource,
  leakSourcesOfAll,
  withOthers,
} from '../dataset/leak-sources.ts'
import type { FlowLibrary } from '../flow/flow-library.ts'
import { shortHash } from '../lib/content-hash.ts'
import { FlowManifest } from '../schema/flow-manifest.ts'
import type { Store } from '../store/store.ts'

type Host = {
  store: Pick<Store, 'drafts' | 'flowVersions' | 'gates' | 'referenceVersions'>
  flows: Pick<FlowLibrary, 'current' | 'directory' | 'get'>
}

/** Candidates of as many gates are looked into; older ones were merged, or are no candidates any more. */
const lastGates = 50

/**
 * Prompts, rules, shots and guidelines of the flow as it is now, and of versions that may become it: what others
 * are compared with, drafts, and what gates were last asked about.
 */
export async function flowSources(host: Host): Promise<LeakSource[]> {
  const [versions, texts] = await Promise.all([versionSources(host), textsOf(host)])
  const ofAgents = texts.files.filter(({ name }) => name.startsWith('agents/'))
  return withOthers(versions, ofAgents)
}

/** The same, and all other text files in the folder of the flow, with the recordings of its models. */
export async function flowSearch(host: Host): Promise<LeakSearch> {
  const [versions, { files, left }] = await Promise.all([versionSources(host), textsOf(host)])
  const { name } = await host.flows.current()
  return { sources: withOthers(versions, files), flow: name, left }
}

async function textsOf({ flows }: Host): Promise<FlowTexts> {
  const { manifest } = await flows.get((await flows.current()).hash)
  const recordings = Object.values(manifest.models).flatMap((model) => model.recordings ?? [])
  return flowTexts(flows.directory, { recordings })
}

async function versionSources({ store, flows }: Host): Promise<LeakSource[]> {
  const { hash, name } = await flows.current()
  const [marked, drafts, gates] = await Promise.all([
    store.referenceVersions.of(name),
    store.drafts.list(),
    store.gates.list({ limit: lastGates }),
  ])
  const others = [
    { what: 'baseline', version: marked.baseline?.version ?? hash },
    { what: 'anchor', version: marked.anchor?.version ?? hash },
    ...drafts.map(({ version }) => ({ what: 'draft', version })),
    ...gates.map(({ candidate: version }) => ({ what: 'candidate', version })),
  ]
  const once = others.filter(
    ({ version }, i) =>
      version !== hash && others.findIndex((one) => one.version === version) === i,
  )
  const found = await Promise.all(
    once.map(async ({ what, version }) => {
      const kept = FlowManifest.safeParse((await store.flowVersions.get(version))?.manifest)
      const prefix = `${what} ${shortHash(version)}: `
      // What this Proofloop cannot read it does not run either.
      return kept.success ? [{ prefix, content: kept.data }] : []
    }),
  )
  const { manifest } = await flows.get(hash)
  return leakSourcesOfAll([{ prefix: '', content: manifest }, ...found.flat()])
}

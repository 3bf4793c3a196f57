import { parseDatasetReference } from '../../dataset/dataset-source.ts'
import type { Split } from '../../schema/access.ts'
import { newestBackup } from '../../store/backup/newest-backup.ts'
import { type Check, fail, pass, skipped } from '../check.ts'
import type { Store } from '../../store/store.ts'
import type { Environment } from '../server-config.ts'

const hour = 3_600_000

const backup: Check = {
  name: 'backup',
  needs: ['tables'],
  async run({ tables, now, environment }) {
    const { backupHours } = environment.retention
    if (backupHours === null)
      return skipped('retention.backupHours is null: no backup is asked for.')
    const store = await tables()
    const newest = await newestBackup(store)
    const fix =
      'Run proofloop backup FILE, and have a timer run it; keep the files on another machine.'
    if (newest === null) return fail('No backup was ever made.', fix)
    const age = (now() - newest.at) / hour
    const told = `The newest backup is ${inWords(age)} old (${newest.file})`
    if (age > backupHours) {
      return fail(`${told}; retention.backupHours allows ${backupHours} h.`, fix)
    }
    if (newest.damagedFiles > 0) {
      const { damagedFiles } = newest
      const files = damagedFiles === 1 ? 'a damaged file' : `${damagedFiles} damaged files`
      return fail(
        `${told}, and lacks ${files}.`,
        'Upload them again, or restore them from an older backup; then make a new one.',
      )
    }
    if (!newest.sealed && (await store.people.list()).length > 1) {
      return fail(
        `${told}, and whoever has the file can read hidden rows.`,
        'Have a custodian run proofloop keys custodian new, set PROOFLOOP_CUSTODIAN_KEY to the key that it prints, and make a new one.',
      )
    }
    return pass(`${told}.`)
  },
}

function inWords(hours: number): string {
  if (hours < 1) return `${Math.max(0, Math.floor(hours * 60))} min`
  return hours < 48 ? `${hours.toFixed(1)} h` : `${Math.floor(hours / 24)} days`
}

const datasetsThere: Check = {
  name: 'datasets',
  needs: [],
  limit: 60_000,
  async run({ environment, datasets, tables }) {
    const wanted = environment.datasets
    if (wanted.length === 0) return skipped('The environment asks for no datasets.')
    for (const reference of wanted) {
      const { name, split } = parseDatasetReference(reference)
      const isThere =
        split === 'evaluation'
          ? (await datasets.open(name, split)) !== null
          : await hasSplit(await tables(), { dataset: name, split })
      if (isThere) continue
      return fail(
        `There is no dataset ${reference}.`,
        split === 'evaluation'
          ? 'Import it with proofloop dataset import, or put it into the folder datasets/ of the flow or of the data folder; or take it out of the environment.'
          : 'Import it with proofloop dataset import: datasets in folders have no hidden splits. Or take it out of the environment.',
      )
    }
    return pass(`The datasets are there: ${wanted.join(', ')}.`)
  },
}

/**
 * Whether the newest version has something in it. Nothing of a hidden split is read, and how much there is of
 * it is for custodians.
 */
async function hasSplit(
  { datasets }: Pick<Store, 'datasets'>,
  { dataset, split }: { dataset: string; split: Split },
): Promise<boolean> {
  const version = await datasets.version('everything', { dataset })
  return version?.splits.some((size) => size.split === split && size.examples > 0) ?? false
}

const budget: Check = {
  name: 'budget',
  needs: [],
  async run({ environment }) {
    const wanted = environment.limits.budget
    const limits = wanted === null ? '' : limitsInWords(wanted)
    if (wanted === null || limits === '') {
      return skipped('limits.budget is null: what runs in it has no limit of its own.')
    }
    const unpriced = unpricedIn(environment, wanted.currency)
    if (unpriced.length > 0) {
      return fail(
        `A limit in ${wanted.currency} cannot be kept: ${unpriced.join(', ')} has no price in it.`,
        `Give the connection a price in ${wanted.currency} in proofloop.config.ts.`,
      )
    }
    return pass(`What runs in it costs at most ${limits}.`)
  },
}

/** A recording costs nothing. */
function unpricedIn({ models }: Environment, currency: string): string[] {
  return Object.entries(models)
    .filter(([, { provider, price }]) => provider !== 'replay' && price?.currency !== currency)
    .map(([alias]) => alias)
}

type WantedBudget = NonNullable<Environment['limits']['budget']>

function limitsInWords({ currency, perMonth, perPersonAndMonth }: WantedBudget): string {
  const limits = [
    ...(perMonth === null ? [] : [`${perMonth} ${currency} a month`]),
    ...(perPersonAndMonth === null ? [] : [`${perPersonAndMonth} ${currency} a person and month`]),
  ]
  return limits.join(' and ')
}

/** It says how well gates are kept apart, not whether they can be asked: changes go on where it fails. */
export const gateModels: Check = {
  name: 'gate-models',
  needs: ['tables'],
  async run({ gateModels: { wanted, own, sharedWith }, gateDemo, tables }) {
    if (own !== null) {
      const sentence = `Gates ask the models of ${own}.`
      if (sharedWith.length === 0) return pass(sentence)
      const shared = `${sentence} A key of theirs is asked with by others, too: ${sharedWith.join(', ')}.`
      if (gateDemo || (await isAlone(await tables()))) return pass(shared)
      return fail(
        `${shared} At the limits of its provider these wait for gates, and how long tells of hidden examples.`,
        `Give the models of ${own} a key of their own (apiKeyEnv), with limits of its own at the provider, or a server of their own where there is no key.`,
      )
    }
    const sentence = `Gates ask the models that each version names itself: the configuration has no environment ${wanted}.`
    // Where one person is all there is, nothing is hidden from whoever changes the flow.
    if (await isAlone(await tables())) return pass(sentence)
    return fail(
      `${sentence} So hidden examples go to whoever answers for the models in the flow's folder.`,
      `Add the environment ${wanted} to proofloop.config.ts, with connections that a custodian holds.`,
    )
  },
}

async function isAlone({ people }: Pick<Store, 'people'>): Promise<boolean> {
  return (await people.list()).length < 2
}

/** Nothing fails in it: then changes would not pass where it is wanted. */
const gateWalls: Check = {
  name: 'gate-walls',
  needs: [],
  async run({ gateDemo }) {
    if (!gateDemo) return pass('Gates show nothing hidden to a flow behind less than they want.')
    return pass(
      'Gates are in demo mode: hidden examples are shown to flows behind whatever walls there are. Take gate.demo out of proofloop.config.ts where an author is not to see them.',
    )
  },
}

export const branchRules: Check = {
  name: 'branch-rules',
  needs: [],
  async run({ branchGuard }) {
    if (branchGuard === null) return skipped('No changes come from GitHub.')
    const guard = await branchGuard()
    if (guard.holds) return pass(guard.sentence)
    return fail(`${guard.sentence} (${guard.code})`, guard.fix)
  },
}

export const planChecks: Check[] = [
  datasetsThere,
  gateModels,
  gateWalls,
  branchRules,
  budget,
  backup,
]

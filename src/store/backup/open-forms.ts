import type { VersionProvenance } from '../../schema/stored-dataset.ts'
import { versionHash } from '../version-hash.ts'
import type { Table } from './hidden-rows.ts'
import type { Value } from './snapshot.ts'

/** Open rows as they would be if there were no hidden ones beside them. */
export type OpenForms = {
  /** Those with rows in which something depends on hidden ones. */
  tables: string[]
  /** To be called with each open row of these tables, before any form is asked for. */
  learn: (table: Table, row: Value[]) => void
  formOf: (table: Table, row: Value[]) => Value[]
}

type Row = Record<string, Value>
type Form = { learn: (row: Row) => void; formOf: (row: Row) => Row }

export function createOpenForms(): OpenForms {
  const versions = versionForm()
  const forms = new Map<string, Form>([
    ['dataset_versions', versions],
    ['datasets', datasetForm(versions.firstOf)],
    ['document_signatures', signatureForm()],
  ])
  return {
    tables: [...forms.keys()],
    learn: (table, row) => forms.get(table.name)?.learn(named(table, row)),
    formOf(table, row) {
      const form = forms.get(table.name)
      if (form === undefined) return row
      const changed = form.formOf(named(table, row))
      return table.columns.map((column) => changed[column] ?? null)
    },
  }
}

function named({ columns }: Table, row: Value[]): Row {
  return Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null]))
}

/** What a version was made of tells of hidden examples, too. */
const provenance = JSON.stringify({
  source: 'backup without hidden examples',
  note: null,
  groups: { kept: 0, drawn: 0, chosen: 0 },
} satisfies VersionProvenance)

function versionForm() {
  const ranks = createRanks('dataset')
  return {
    learn: (row: Row) => ranks.learn(row),
    formOf: (row: Row) => ({
      ...row,
      sequence: ranks.rankOf(row),
      hash: openHash(row),
      provenance,
    }),
    firstOf: ranks.firstOf,
  }
}

/** As of a whole version that has no other split; one without open examples has no hash of them. */
function openHash({ evaluation_hash: hash }: Row): string {
  const evaluation = typeof hash === 'string' && hash !== '' ? hash : null
  return versionHash({ evaluation, test: null, audit: null })
}

/** A dataset that began with hidden examples begins with the first open ones. */
function datasetForm(firstOf: (dataset: Value) => Row | undefined): Form {
  return {
    learn() {},
    formOf(row) {
      const first = firstOf(row['name'] ?? null)
      return { ...row, created_at: first?.['created_at'], created_by: first?.['created_by'] } as Row
    },
  }
}

function signatureForm(): Form {
  const ranks = createRanks()
  return {
    learn: (row) => ranks.learn(row),
    formOf: (row) => ({ ...row, sequence: ranks.rankOf(row) }),
  }
}

/** Numbers by `sequence` without gaps. @param within column in whose rows of one value they are counted */
function createRanks(within?: string) {
  const groups = new Map<Value, Row[]>()
  const ranked = new Map<Value, Map<Value, number>>()
  const groupOf = (row: Row): Value => (within === undefined ? null : (row[within] ?? null))
  const sorted = (group: Value): Row[] =>
    (groups.get(group) ?? []).toSorted((a, b) => Number(a['sequence']) - Number(b['sequence']))
  const ranksOf = (group: Value): Map<Value, number> => {
    const known = ranked.get(group)
    if (known !== undefined) return known
    const ranks = new Map(sorted(group).map(({ sequence = null }, i) => [sequence, i + 1]))
    ranked.set(group, ranks)
    return ranks
  }
  return {
    learn(row: Row) {
      const { sequence = null, created_at = null, created_by = null } = row
      const rows = groups.get(groupOf(row)) ?? []
      rows.push({ sequence, created_at, created_by })
      groups.set(groupOf(row), rows)
    },
    rankOf: (row: Row): Value => ranksOf(groupOf(row)).get(row['sequence'] ?? null) ?? null,
    firstOf: (group: Value): Row | undefined => sorted(group)[0],
  }
}

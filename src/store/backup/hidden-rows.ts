import type { Snapshot, Value } from './snapshot.ts'

/** How it is told of a row whether only custodians may have it. */
type Rule =
  /** It holds nothing of a document. */
  | 'open'
  /** By a column of its own. */
  | { column: string; isOpen: (value: Value) => boolean }
  /** As a row of another table that has the same value in `key` (default `id`); without any it is hidden. */
  | Reference

const bySplit: Rule = { column: 'split', isOpen: (split) => split === 'evaluation' }
const ofReview: Rule = { reference: 'review', parent: 'reviews' }

/** Every table. What is missing here is hidden as a whole, and a test fails. */
const rules: Record<string, Rule> = {
  answers: { reference: 'document', parent: 'documents' },
  api_keys: 'open',
  // Ids and codes only, and a chain that must not have gaps.
  audit_log: 'open',
  bundles: 'open',
  credentials: 'open',
  dataset_declined: ofReview,
  dataset_entries: bySplit,
  dataset_labels: { reference: 'hash', parent: 'dataset_entries', key: 'hash' },
  dataset_shown: 'open',
  dataset_texts: { reference: 'document', parent: 'dataset_entries', key: 'document' },
  dataset_version_splits: bySplit,
  dataset_versions: { column: 'evaluation_changed', isOpen: (changed) => changed === 1 },
  datasets: 'open',
  document_groups: bySplit,
  document_shingles: { reference: 'document', parent: 'documents' },
  document_signatures: { reference: 'document', parent: 'documents' },
  document_texts: { reference: 'document', parent: 'documents' },
  documents: { reference: 'group_id', parent: 'document_groups' },
  evaluation_details: { reference: 'evaluation', parent: 'evaluations' },
  evaluation_runs: { reference: 'evaluation', parent: 'evaluations' },
  evaluations: bySplit,
  flow_drafts: 'open',
  flow_versions: 'open',
  issue_texts: { reference: 'issue', parent: 'issues' },
  issues: ofReview,
  people: 'open',
  reference_versions: 'open',
  review_events: ofReview,
  review_parts: ofReview,
  reviews: { reference: 'document', parent: 'documents' },
  secret_keys: 'open',
  secrets: 'open',
  sessions: 'open',
  settings: 'open',
  spend: 'open',
  spend_batches: 'open',
  verdict_texts: { reference: 'verdict', parent: 'verdicts' },
  verdicts: ofReview,
  verifications: 'open',
}

export function hasRule(table: string): boolean {
  return Object.hasOwn(rules, table)
}

type Table = Snapshot['tables'][number]

/** Tells open rows from hidden ones, each time alike. */
export type HiddenRows = {
  isOpen: (table: Table, row: Value[]) => boolean
  /** Files that neither an open document nor a bundle has are hidden, too. */
  isOpenFile: (sha256: string) => boolean
}

const ofFiles = [
  { parent: 'documents', key: 'sha256' },
  { parent: 'bundles', key: 'sha256' },
]

/** Reads the tables that others refer to, those first that they refer to themselves. */
export async function findHiddenRows(
  snapshot: Pick<Snapshot, 'tables' | 'rows'>,
): Promise<HiddenRows> {
  const references = [...Object.values(rules).filter(isReference), ...ofFiles]
  const open = new Map(
    references.map(({ parent, key = 'id' }) => [`${parent}.${key}`, new Set<Value>()]),
  )
  const isOpen = (table: Table, row: Value[]): boolean => {
    const rule = rules[table.name]
    if (rule === undefined) return false
    if (rule === 'open') return true
    if (!isReference(rule)) return rule.isOpen(valueOf(table, row, rule.column))
    const known = open.get(`${rule.parent}.${rule.key ?? 'id'}`)
    return known?.has(valueOf(table, row, rule.reference)) ?? false
  }
  for (const table of inOrder(snapshot.tables, new Set(references.map(({ parent }) => parent)))) {
    const keys = references.filter(({ parent }) => parent === table.name)
    for await (const rows of snapshot.rows(table.name)) {
      const known = rows.filter((row) => isOpen(table, row))
      for (const { parent, key = 'id' } of keys) {
        const values = known.map((row) => valueOf(table, row, key))
        addAll(open.get(`${parent}.${key}`), values)
      }
    }
  }
  const files = ofFiles.map(({ parent, key }) => open.get(`${parent}.${key}`))
  return { isOpen, isOpenFile: (sha256) => files.some((known) => known?.has(sha256)) }
}

function addAll(set: Set<Value> | undefined, values: Value[]): void {
  for (const value of values) set?.add(value)
}

/** Null, which stands in no set of keys, where there is no such column. */
function valueOf({ columns }: Table, row: Value[], column: string): Value {
  return row[columns.indexOf(column)] ?? null
}

function inOrder(tables: Table[], parents: Set<string>): Table[] {
  const depthOf = (name: string): number => {
    const rule = rules[name]
    return rule !== undefined && isReference(rule) ? 1 + depthOf(rule.parent) : 0
  }
  const named = tables.filter(({ name }) => parents.has(name))
  return named.toSorted((a, b) => depthOf(a.name) - depthOf(b.name))
}

type Reference = { reference: string; parent: string; key?: string }

function isReference(rule: Rule): rule is Reference {
  return typeof rule === 'object' && 'parent' in rule
}

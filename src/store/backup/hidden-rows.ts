import { createOpenForms } from './open-forms.ts'
import type { Snapshot, Value } from './snapshot.ts'

/** As a row of another table that has the same value in `key` (default `id`); without any it is hidden. */
type Reference = { reference: string; parent: string; key?: string }
type Condition = Reference | { column: string; isOpen: (value: Value) => boolean }

/** How it is told of a row whether only custodians may have it: open when all conditions hold. */
type Rule = 'open' | 'hidden' | Condition[]

const isEvaluation = { column: 'split', isOpen: (split: Value) => split === 'evaluation' }
const ofDocument: Rule = [{ reference: 'document', parent: 'documents' }]
const ofReview: Rule = [{ reference: 'review', parent: 'reviews' }]
const ofEvaluation: Rule = [{ reference: 'evaluation', parent: 'evaluations' }]
const ofVersion: Condition = { reference: 'version', parent: 'dataset_versions' }

/** Every table. What is missing here is hidden as a whole, and a test fails. */
const rules: Record<string, Rule> = {
  // Of two documents with the same bytes nothing tells whose answer it is.
  answers: 'hidden',
  api_keys: 'open',
  // Each entry depends on all before it, and some tell of hidden rows.
  audit_log: 'hidden',
  bundles: 'open',
  // That a gate passed is for its author; an override tells of the gate, and reasons quote figures.
  change_checks: [{ column: 'name', isOpen: (name) => name !== 'gate' }],
  change_decisions: 'hidden',
  change_events: 'open',
  change_revisions: 'open',
  change_told: 'hidden',
  changes: 'open',
  // Who says a split by hand does so for hidden texts mostly.
  chosen_splits: 'hidden',
  credentials: 'open',
  dataset_declined: 'hidden',
  dataset_entries: [isEvaluation, ofVersion],
  dataset_labels: [{ reference: 'hash', parent: 'dataset_entries', key: 'hash' }],
  // Whoever labels does not see what others say: nobody has it in the open.
  dataset_label_sets: 'hidden',
  // When a dataset was handed on tells that it was there, also when all in it is hidden.
  dataset_owners: 'hidden',
  dataset_shown: 'open',
  dataset_texts: [{ reference: 'document', parent: 'dataset_entries', key: 'document' }],
  dataset_version_splits: [isEvaluation, ofVersion],
  dataset_versions: [{ column: 'evaluation_changed', isOpen: (changed) => changed === 1 }],
  datasets: [{ reference: 'name', parent: 'dataset_versions', key: 'dataset' }],
  // Only what passed the audit is here.
  deployment_requests: 'hidden',
  document_groups: [isEvaluation],
  document_shingles: ofDocument,
  document_signatures: ofDocument,
  document_texts: ofDocument,
  documents: [{ reference: 'group_id', parent: 'document_groups' }],
  // Sizes of disks and what datasets there are depend on hidden rows.
  environment_checks: 'hidden',
  environment_spend: 'open',
  evaluation_details: ofEvaluation,
  evaluation_runs: ofEvaluation,
  evaluations: [isEvaluation],
  example_shingles: [{ reference: 'document', parent: 'example_signatures', key: 'document' }],
  example_signatures: [isEvaluation],
  flow_drafts: 'open',
  flow_versions: 'open',
  issue_texts: [{ reference: 'issue', parent: 'issues' }],
  // Verdicts and counts of the hidden splits.
  gate_audits: 'hidden',
  gate_calls: 'hidden',
  gate_charges: 'hidden',
  gate_measures: 'hidden',
  gates: 'hidden',
  issues: ofReview,
  // Reviewers open hidden documents, too: how many tells of them.
  opened_texts: 'hidden',
  // Some tell what a gate answered, and what is left of its budget.
  notifications: 'hidden',
  people: 'open',
  read_marks: ofDocument,
  reference_versions: 'open',
  review_events: ofReview,
  review_parts: ofReview,
  reviews: ofDocument,
  secret_keys: 'open',
  secrets: 'open',
  sessions: 'open',
  // How many rows another backup has.
  settings: [{ column: 'key', isOpen: (key) => key !== 'newest-backup' }],
  // Operators are told what all have spent (docs/security.md), but not in how many requests.
  spend: 'open',
  spend_batches: 'hidden',
  // Hashes of hidden splits.
  test_set_anchors: 'hidden',
  test_set_generations: 'hidden',
  verdict_texts: [{ reference: 'verdict', parent: 'verdicts' }],
  verdicts: ofReview,
  verifications: 'open',
}

/** Whether some of its rows may be for custodians alone, as far as there is a rule. */
export function mayHide(table: string): boolean {
  return rules[table] !== 'open'
}

export function hasRule(table: string): boolean {
  return Object.hasOwn(rules, table)
}

export type Table = Snapshot['tables'][number]

/** Tells open rows from hidden ones, each time alike. */
export type HiddenRows = {
  /** A row as it would be if there were no hidden ones; null when it is hidden itself. */
  openForm: (table: Table, row: Value[]) => Value[] | null
  /** Whether open rows of the table may be others than they are: then all stand among the hidden ones, too. */
  isRewritten: (table: string) => boolean
  /** Whether nobody but custodians may have the row as it is. */
  isHidden: (table: Table, row: Value[]) => boolean
  /** Files that neither an open document nor a bundle has are hidden, too. */
  isOpenFile: (sha256: string) => boolean
}

const ofFiles = [
  { parent: 'documents', key: 'sha256' },
  { parent: 'bundles', key: 'sha256' },
]

/** Whether anything is of a split that is hidden from engineers. */
export async function hasHiddenRows(snapshot: Pick<Snapshot, 'tables' | 'rows'>): Promise<boolean> {
  const withSplit = snapshot.tables.filter(({ name }) => {
    const rule = rules[name]
    return typeof rule === 'object' && rule.includes(isEvaluation)
  })
  for (const table of withSplit) {
    const isOpen = (row: Value[]) => isEvaluation.isOpen(valueOf(table, row, isEvaluation.column))
    for await (const rows of snapshot.rows(table.name)) if (!rows.every(isOpen)) return true
  }
  return false
}

/** Reads the tables that others refer to, those first that they refer to themselves. */
export async function findHiddenRows(
  snapshot: Pick<Snapshot, 'tables' | 'rows'>,
): Promise<HiddenRows> {
  const references = [...Object.values(rules).flatMap(referencesIn), ...ofFiles]
  const open = new Map(
    references.map(({ parent, key = 'id' }) => [`${parent}.${key}`, new Set<Value>()]),
  )
  const holds = (condition: Condition, table: Table, row: Value[]): boolean => {
    if (!isReference(condition)) return condition.isOpen(valueOf(table, row, condition.column))
    const known = open.get(`${condition.parent}.${condition.key ?? 'id'}`)
    return known?.has(valueOf(table, row, condition.reference)) ?? false
  }
  const isOpen = (table: Table, row: Value[]): boolean => {
    const rule = rules[table.name]
    if (typeof rule !== 'object') return rule === 'open'
    return rule.every((condition) => holds(condition, table, row))
  }
  const forms = createOpenForms()
  const read = new Set([...references.map(({ parent }) => parent), ...forms.tables])
  for (const table of inOrder(snapshot.tables, read)) {
    const keys = references.filter(({ parent }) => parent === table.name)
    for await (const rows of snapshot.rows(table.name)) {
      const known = rows.filter((row) => isOpen(table, row))
      for (const { parent, key = 'id' } of keys) {
        const values = known.map((row) => valueOf(table, row, key))
        addAll(open.get(`${parent}.${key}`), values)
      }
      for (const row of known) forms.learn(table, row)
    }
  }
  const files = ofFiles.map(({ parent, key }) => open.get(`${parent}.${key}`))
  const isRewritten = (table: string): boolean => forms.tables.includes(table)
  return {
    openForm: (table, row) => (isOpen(table, row) ? forms.formOf(table, row) : null),
    isRewritten,
    isHidden: (table, row) => isRewritten(table.name) || !isOpen(table, row),
    isOpenFile: (sha256) => files.some((known) => known?.has(sha256)),
  }
}

function addAll(set: Set<Value> | undefined, values: Value[]): void {
  for (const value of values) set?.add(value)
}

/** Null, which stands in no set of keys, where there is no such column. */
function valueOf({ columns }: Table, row: Value[], column: string): Value {
  return row[columns.indexOf(column)] ?? null
}

function inOrder(tables: Table[], names: Set<string>): Table[] {
  const depthOf = (name: string): number =>
    Math.max(0, ...referencesIn(rules[name] ?? 'hidden').map(({ parent }) => 1 + depthOf(parent)))
  const named = tables.filter(({ name }) => names.has(name))
  return named.toSorted((a, b) => depthOf(a.name) - depthOf(b.name))
}

function referencesIn(rule: Rule): Reference[] {
  return typeof rule === 'object' ? rule.filter(isReference) : []
}

function isReference(condition: Condition): condition is Reference {
  return 'parent' in condition
}

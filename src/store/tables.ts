import type { Generated } from 'kysely'
import type { ChangeTables } from './change-tables.ts'

/** The columns as Kysely needs them; migrations/ makes them. Times are UTC epoch milliseconds. */
export type Tables = ChangeTables & {
  people: {
    id: string
    name: string
    email: string
    roles: string
    /** As better-auth writes it: ISO 8601 in SQLite. */
    created_at: string | Date
  }
  settings: { key: string; value: string; updated_at: number }
  secret_keys: { number: number; master: string; sealed: string; created_at: number }
  secrets: { name: string; key_number: number; sealed: string; updated_at: number }
  document_groups: { id: string; split: string; shown_to_engineer: number; created_at: number }
  documents: {
    id: string
    sha256: string
    group_id: string
    name: string | null
    media_type: string
    bytes: number
    pages: number | null
    pages_without_text: number | null
    pages_read_by_ocr: number | null
    ocr: Generated<number>
    language: string | null
    state: string
    error_code: string | null
    error_message: string | null
    uploader: string
    uploaded_at: number
    assignee: string | null
    forgotten_at: number | null
    /** Of its group; kept so by triggers. */
    split: Generated<string>
  }
  document_signatures: {
    document: string
    sequence: number
    content: Uint8Array
    has_passages: number
  }
  document_shingles: { hidden: number; shingle: number; document: string }
  document_texts: { document: string; part: number; content: Uint8Array }
  flow_versions: { hash: string; name: string; manifest: string; created_at: number }
  reviews: {
    id: string
    document: string
    flow_version: string
    state: string
    issue_order: string
    full_review: number
    trial: number
    requester: string
    created_at: number
    started_at: number | null
    ended_at: number | null
    error_code: string | null
    error_message: string | null
    last_event: number
    /** Of its document; kept so by triggers. */
    split: Generated<string>
  }
  review_parts: {
    review: string
    agent: string
    chunk: number
    state: string
    error_code: string | null
    error_message: string | null
    issues: number | null
    left_out: number | null
    ended_at: number | null
  }
  issues: {
    id: string
    review: string
    agent: string
    chunk: number
    type: string
    score: number | null
    unresolved: number
    page: number | null
    paragraph: number | null
    start_offset: number | null
    end_offset: number | null
  }
  issue_texts: { issue: string; content: string }
  review_events: {
    review: string
    sequence: number
    kind: string
    content: string
    created_at: number
  }
  verdicts: {
    id: string
    review: string
    issue: string
    version: number
    person: string
    kind: string
    reason: string | null
    issue_type: string | null
    created_at: number
  }
  verdict_texts: { verdict: string; content: string }
  read_marks: {
    document: string
    person: string
    id: string
    version: number
    review: string
    kind: string
    pages_read_by_ocr: number
    created_at: number
  }
  evaluations: {
    id: string
    split: string
    state: string
    requester: string
    flow_version: string | null
    dataset: string
    dataset_hash: string
    evaluation_hash: string | null
    policy_hash: string | null
    subject_hash: string | null
    documents: number | null
    repeats: number | null
    agents: string | null
    environment: string | null
    walls: string | null
    job: string | null
    runs_done: number | null
    runs: number | null
    started_at: number
    ended_at: number | null
    error_code: string | null
    error_message: string | null
  }
  evaluation_runs: { evaluation: string; content: Uint8Array }
  evaluation_details: { evaluation: string; content: Uint8Array }
  opened_texts: {
    person: string
    day: string
    pool: string
    name: string
    sequence: number
    units: number
    total: number
    opened_at: number
  }
  reference_versions: {
    flow: string
    role: string
    sequence: number
    version: string
    marked_by: string
    marked_at: number
  }
  test_set_generations: { test_set: string; generation: string }
  test_set_anchors: { test_set: string; flow: string; version: string; made_at: number }
  flow_drafts: {
    version: string
    base: string
    agent: string
    author: string
    created_at: number
  }
  bundles: {
    person: string
    sha256: string
    name: string
    bytes: number
    agents: string
    uploaded_at: number
  }
  gates: {
    id: string
    author: string
    flow: string
    candidate: string
    baseline: string
    anchor: string | null
    dataset: string
    test_set: string
    models: string | null
    look: number
    content_key: string | null
    state: string
    verdict: string | null
    cause: string | null
    reasons: string
    hashes: string | null
    measures: string | null
    asked: string | null
    policy: string
    walls: string
    solo: number
    charge: number | null
    requester: string | null
    started_at: number
    ended_at: number | null
    due_at: number | null
    answer_at: number | null
    candidate_at: number | null
    receipt: string | null
  }
  gate_calls: {
    id: string
    measure: string
    dataset: string
    example: string
    repeat: number
    sequence: number
    content: Uint8Array
    asked_at: number
    size: Generated<number>
  }
  gate_measures: { content_key: string; content: Uint8Array; measured_at: number }
  gate_charges: {
    test_set: string
    sequence: number
    gate: string
    author: string
    content_key: string
    look: number
    charged_at: number
  }
  gate_audits: {
    gate: string
    requester: string
    state: string
    passed: number | null
    fault: string | null
    measures: string | null
    asked: string | null
    gate_delta: number | null
    gate_se: number | null
    audit_delta: number | null
    audit_se: number | null
    margin: number
    test_set: string
    started_at: number
    ended_at: number | null
    due_at: number | null
    candidate_at: number | null
    merged: number
    walls: string | null
  }
  answers: { key: string; document: string | null; content: string; created_at: number }
  api_keys: {
    id: string
    person: string
    name: string
    hint: string
    secret_hash: string
    permissions: string
    created_at: number
    expires_at: number | null
    last_used_at: number | null
  }
  audit_log: {
    sequence: number
    at: number
    actor: string
    action: string
    subject: string
    details: string
    previous: string
    hash: string
  }
  spend: {
    month: string
    person: string
    model: string
    currency: string
    requests: number
    requests_without_cost: number
    cost: number
    input_tokens: number
    output_tokens: number
  }
  environment_checks: {
    id: string
    environment: string
    checked_at: number
    checked_by: string | null
    report: string
  }
  environment_spend: {
    environment: string
    month: string
    person: string
    model: string
    currency: string
    requests: number
    requests_without_cost: number
    cost: number
    input_tokens: number
    output_tokens: number
  }
  datasets: { name: string; created_by: string; created_at: number }
  dataset_texts: { document: string; content: Uint8Array }
  dataset_labels: { hash: string; content: string }
  dataset_entries: {
    version: string
    id: string
    split: string
    group_id: string
    text_group: string
    document: string
    hash: string
    issues: number
    types: string
    provenance: string | null
    source_document: string | null
  }
  dataset_declined: {
    dataset: string
    review: string
    hash: string
    declined_by: string
    declined_at: number
  }
  dataset_version_splits: {
    version: string
    split: string
    examples: number
    issues: number
    types: string
    hash: string
  }
  dataset_versions: {
    id: string
    dataset: string
    sequence: number
    hash: string
    evaluation_hash: string
    evaluation_changed: number
    created_by: string
    created_at: number
    provenance: string
  }
  dataset_shown: { text_group: string; created_at: number }
  chosen_splits: { text_group: string; split: string; chosen_by: string; chosen_at: number }
  example_signatures: {
    document: string
    text_group: string
    group_id: string
    split: string
    content: Uint8Array
    has_passages: number
  }
  example_shingles: { shingle: number; document: string }
  dataset_label_sets: {
    dataset: string
    example: string
    document: string
    person: string
    state: string
    issues: string
    revision: number
    changed_at: number
    settled_by: string | null
    settled_at: number | null
  }
  dataset_owners: {
    dataset: string
    sequence: number
    owner: string
    given_by: string
    created_at: number
  }
  spend_batches: { id: string; created_at: number }
  jobs: {
    id: string
    queue: string
    key: string
    content: string
    priority: number
    group_id: string | null
    state: string
    attempt: number
    error_code: string | null
    created_at: number
    run_at: number
    lease_until: number | null
    ended_at: number | null
  }
}

import type { Generated } from 'kysely'

/** Of changes. Times are UTC epoch milliseconds. */
export type ChangeTables = {
  changes: {
    id: string
    number: number
    forge: string
    reference: string
    title: string
    description: string
    branch: string
    author: string | null
    state: string
    revision: number | null
    merged_as: string | null
    is_queued: Generated<number>
    refused_as: string | null
    refused_at: number | null
    next_look: number | null
    wakes: Generated<number>
    created_at: number
    updated_at: number
  }
  change_revisions: {
    change: string
    sequence: number
    head: string
    base: string
    tree: string | null
    tested_on: string | null
    conflicts: string
    policy_files: string
    writers: string
    written_by: string | null
    commits: number
    seen_at: number
  }
  change_checks: {
    change: string
    tree: string
    name: string
    attempt: number
    outcome: string | null
    cause: string | null
    summary: string | null
    log: string | null
    subject: string | null
    conditions: string | null
    started_at: number
    ended_at: number | null
  }
  change_decisions: {
    id: string
    change: string
    person: string
    decision: string
    head: string
    tree: string
    gate: string | null
    reason: string | null
    reason_told: Generated<number>
    solo: number
    record: string | null
    decided_at: number
  }
  change_events: {
    change: string
    sequence: number
    event_key: string
    kind: string
    person: string | null
    text: string
    at: number
  }
  change_told: {
    change: string
    about: string
    content_hash: string
    refusal: string | null
    told_at: number
  }
  notifications: {
    id: string
    person: string
    /** It is of a change or of a gate. */
    change: string | null
    gate: string | null
    event_key: string
    kind: string
    text: string
    created_at: number
    read_at: number | null
  }
  deployment_requests: {
    change: string
    commit_hash: string
    tree: string
    version: string
    gate: string
    receipt: string
    override_record: string | null
    requested_at: number
  }
}

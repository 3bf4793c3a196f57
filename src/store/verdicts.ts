import { sql, type Compilable, type Kysely, type QueryResult, type Selectable } from 'kysely'
import { UserFacingError } from '../lib/errors.ts'
import {
  IssueStanding,
  NewestVerdict,
  StoredVerdict,
  type NewVerdict,
} from '../schema/stored-verdict.ts'
import type { Judgement } from '../schema/verdict.ts'
import type { StoreContext } from './context.ts'
import type { Step } from './database.ts'
import { prepared, type ValueOf } from './prepared.ts'
import { createEventSteps, type NewEvent } from './review-events.ts'
import { batches } from './row-columns.ts'
import type { Tables } from './tables.ts'

/** `conflict`: somebody judged the issue since; `current` is what to show before trying again. */
type VerdictOutcome =
  | { status: 'added'; verdict: StoredVerdict }
  | { status: 'conflict'; current: StoredVerdict[] }

/** What people say of issues: only ever added, the newest of a person counts. */
export type Verdicts = {
  /**
   * Twice with one id is one verdict.
   * @param expectedVersion of the issue's newest verdict that the person has seen, 0 for none; null
   * to add in any case
   * @param events of the review, kept together with it
   * @throws UserFacingError issue-not-found
   */
  add(
    verdict: NewVerdict,
    expectedVersion: number | null,
    events?: NewEvent[],
  ): Promise<VerdictOutcome>
  /** All of a review, in the order they were given to each issue. */
  list(review: string): Promise<StoredVerdict[]>
  /** The same of many reviews. */
  ofReviews(reviews: string[]): Promise<StoredVerdict[]>
  /** On one issue, in the order they were given. */
  ofIssue(review: string, issue: string): Promise<StoredVerdict[]>
  /** The newest of each person on each issue of a review, undone ones left out. */
  current(review: string): Promise<StoredVerdict[]>
  /** The newest of each person on each issue, of many reviews, without their texts. */
  newest(reviews: string[]): Promise<NewestVerdict[]>
  /** How many issues of the reviews stand how, without reading them. */
  standing(reviews: string[]): Promise<IssueStanding[]>
}

/** Against verdicts of others that come between looking and writing. */
const triesAtMost = 20

export function createVerdicts(context: StoreContext): Verdicts {
  const { kysely } = context.database
  const addSteps = createAddSteps(kysely)
  return {
    add: (verdict, expectedVersion, events = []) =>
      add({ ...context, addSteps }, { verdict, expectedVersion, events }),
    list: (review) => ofReviews(kysely, [review]),
    ofReviews: (reviews) => ofReviews(kysely, reviews),
    ofIssue: (review, issue) => ofIssue(kysely, { review, issue }),
    async current(review) {
      const rows = await selectVerdicts(kysely)
        .where('review', '=', review)
        .where(newestOfPerson)
        .where('kind', '!=', 'undone')
        .execute()
      return rows.map(verdictOf)
    },
    newest: (reviews) => newest(kysely, reviews),
    standing: (reviews) => standing(kysely, reviews),
  }
}

type NewEntry = { verdict: NewVerdict; expectedVersion: number | null; events: NewEvent[] }

type AddContext = StoreContext & { addSteps: (adding: Adding) => Step[] }

async function add(context: AddContext, entry: NewEntry): Promise<VerdictOutcome> {
  const { verdict, expectedVersion } = entry
  const { kysely, atomically } = context.database
  for (let tries = 0; tries < triesAtMost; tries += 1) {
    const createdAt = context.now()
    const results = await atomically(context.addSteps({ ...entry, createdAt }))
    if (results !== null) {
      const version = expectedVersion === null ? versionOf(results) : expectedVersion + 1
      return { status: 'added', verdict: { ...verdict, version, createdAt } }
    }
    const current = await ofIssue(kysely, verdict)
    const same = current.find(({ id }) => id === verdict.id)
    if (same !== undefined) return { status: 'added', verdict: same }
    await assertIssue(kysely, verdict, current)
    if (expectedVersion !== null) return { status: 'conflict', current }
  }
  throw new Error(`The verdict on issue ${verdict.issue} found no version in ${triesAtMost} tries.`)
}

function versionOf([added]: QueryResult<unknown>[]): number {
  const [row] = (added?.rows ?? []) as { version: number }[]
  if (row === undefined) throw new Error('A verdict was added without telling its version.')
  return row.version
}

type Adding = NewEntry & { createdAt: number }

function createAddSteps(kysely: Kysely<Tables>): (adding: Adding) => Step[] {
  const addEvents = createEventSteps(kysely)
  const insertRow = createInsertVerdict(kysely)
  const insertTexts = prepared<Tables['verdict_texts']>((value) =>
    kysely
      .insertInto('verdict_texts')
      .values({ verdict: value('verdict'), content: value('content') }),
  )
  return (adding) => {
    const { verdict, events, createdAt: time } = adding
    const { id, review } = verdict
    const texts = textsOf(verdict)
    const content = texts === null ? null : JSON.stringify(texts)
    return [
      { query: insertRow(adding), required: true },
      ...(content === null ? [] : [{ query: insertTexts({ verdict: id, content }) }]),
      ...addEvents({ review, events, time }),
    ]
  }
}

function createInsertVerdict(kysely: Kysely<Tables>): (adding: Adding) => Compilable {
  const insert = (options: Omit<Inserting, 'value'>) =>
    prepared<VerdictRow>((value) => insertVerdict(kysely, { value, ...options }))
  const first = prepared<VerdictRow>((value) => insertFirstVerdict(kysely, value))
  const next = insert({ ofAdded: false, returns: false })
  const any = insert({ ofAdded: false, returns: true })
  const added = insert({ ofAdded: true, returns: true })
  return (adding) => {
    const { expectedVersion, verdict } = adding
    if (verdict.judgement.kind === 'missed') return added(rowOf(adding))
    if (expectedVersion === null) return any(rowOf(adding))
    return (expectedVersion === 0 ? first : next)(rowOf(adding))
  }
}

type VerdictRow = Omit<Tables['verdicts'], 'version'> & { expected: number | null }

function rowOf({ verdict, expectedVersion: expected, createdAt }: Adding): VerdictRow {
  const { id, review, issue, person, judgement, added } = verdict
  const { kind } = judgement
  const facts = { kind, reason: reasonOf(judgement), issue_type: added?.type ?? null }
  return { id, review, issue, person, ...facts, created_at: createdAt, expected }
}

type Inserting = {
  value: ValueOf<VerdictRow>
  /** The verdict adds the issue that it is on. */
  ofAdded: boolean
  /** Tells the version: who expected one knows it, and SQLite takes a fifth longer to return a row. */
  returns: boolean
}

/** Takes the next version of the issue, if the issue is there and the version is the expected one. */
function insertVerdict(kysely: Kysely<Tables>, { value, ofAdded, returns }: Inserting) {
  const [review, issue] = [value('review'), value('issue')]
  const found = sql`exists (select 1 from issues where id = ${issue} and review = ${review})`
  // Over the verdicts that the issue has: it was found in the review or added as missed, or is so now.
  const mayJudge = ofAdded
    ? sql`count(id) = 0 and not ${found}`
    : sql`(${found} or sum(case when kind = 'missed' then 1 else 0 end) > 0)`
  const current = sql`coalesce(max(version), 0)`
  const query = sql`
    insert into verdicts (id, review, issue, version, person, kind, reason, issue_type, created_at)
    select ${value('id')}, ${review}, ${issue}, ${current} + 1, ${value('person')}, ${value('kind')},
      ${value('reason')}, ${value('issue_type')}, cast(${value('created_at')} as bigint)
    from verdicts where review = ${review} and issue = ${issue}
    having ${mayJudge} and ${current} = coalesce(cast(${value('expected')} as bigint), ${current})
    on conflict do nothing ${returns ? sql`returning version` : sql``}`
  return { compile: () => query.compile(kysely) }
}

/**
 * The same for an issue that has no verdict yet, which most are on: when it has one, the first version
 * is taken. SQLite needs a third less time for it than for looking at the versions.
 */
function insertFirstVerdict(kysely: Kysely<Tables>, value: ValueOf<VerdictRow>) {
  const query = sql`
    insert into verdicts (id, review, issue, version, person, kind, reason, issue_type, created_at)
    select ${value('id')}, review, id, 1, ${value('person')}, ${value('kind')}, ${value('reason')},
      ${value('issue_type')}, cast(${value('created_at')} as bigint)
    from issues where id = ${value('issue')} and review = ${value('review')}
    on conflict do nothing`
  return { compile: () => query.compile(kysely) }
}

function reasonOf(judgement: Judgement): string | null {
  return judgement.kind === 'dismissed' ? (judgement.reason?.kind ?? null) : null
}

async function assertIssue(
  kysely: Kysely<Tables>,
  { issue, review }: NewVerdict,
  current: StoredVerdict[],
): Promise<void> {
  if (current.length > 0) return
  const found = await kysely
    .selectFrom('issues')
    .select('id')
    .where('id', '=', issue)
    .where('review', '=', review)
    .executeTakeFirst()
  if (found !== undefined) return
  throw new UserFacingError('issue-not-found', 'There is no such issue in this review.')
}

async function ofReviews(kysely: Kysely<Tables>, reviews: string[]): Promise<StoredVerdict[]> {
  if (reviews.length === 0) return []
  const rows = await selectVerdicts(kysely).where('review', 'in', reviews).execute()
  return rows.map(verdictOf)
}

async function ofIssue(
  kysely: Kysely<Tables>,
  { review, issue }: Pick<NewVerdict, 'review' | 'issue'>,
): Promise<StoredVerdict[]> {
  const rows = await selectVerdicts(kysely)
    .where('review', '=', review)
    .where('issue', '=', issue)
    .execute()
  return rows.map(verdictOf)
}

async function newest(kysely: Kysely<Tables>, reviews: string[]): Promise<NewestVerdict[]> {
  const rows = []
  for (const batch of batches(reviews)) {
    const found = await kysely
      .selectFrom('verdicts')
      .leftJoin('issues', (join) =>
        join
          .onRef('issues.id', '=', 'verdicts.issue')
          .onRef('issues.review', '=', 'verdicts.review'),
      )
      .where('verdicts.review', 'in', batch)
      .where('kind', '!=', 'undone')
      .where(newestOfPerson)
      .select(['verdicts.review', 'verdicts.issue', 'issues.agent', 'person', 'kind'])
      .select(typeOfAdded.as('type'))
      .execute()
    rows.push(...found)
  }
  return rows.map((row) => NewestVerdict.parse(row))
}

async function standing(kysely: Kysely<Tables>, reviews: string[]): Promise<IssueStanding[]> {
  if (reviews.length === 0) return []
  const kinds = sql`
    max(case when kind in ('accepted', 'missed') then 1 else 0 end) as accepted,
    max(case when kind = 'edited' then 1 else 0 end) as edited,
    max(case when kind = 'dismissed' then 1 else 0 end) as dismissed`
  const issues = sql<Omit<IssueStanding, 'issues'>>`(
    select issues.review, ${kinds}, 0 as missed
    from issues left join verdicts on verdicts.review = issues.review
      and verdicts.issue = issues.id and kind <> 'undone' and ${newestOfPerson}
    where issues.review in (${sql.join(reviews)})
    group by issues.review, issues.id
    union all
    select verdicts.review, ${kinds}, 1 as missed
    from verdicts where review in (${sql.join(reviews)}) and kind <> 'undone' and ${newestOfPerson}
      and not exists (select 1 from issues where issues.id = verdicts.issue)
    group by verdicts.review, verdicts.issue)`
  const columns = ['review', 'accepted', 'edited', 'dismissed', 'missed'] as const
  const rows = await kysely
    .selectFrom(issues.as('standing'))
    .select((eb) => [...columns, eb.fn.countAll<number>().as('issues')])
    .groupBy(columns)
    .execute()
  return rows.map((row) =>
    IssueStanding.parse({
      ...row,
      accepted: Boolean(row.accepted),
      edited: Boolean(row.edited),
      dismissed: Boolean(row.dismissed),
      missed: Boolean(row.missed),
    }),
  )
}

/** The first verdict on an issue that a person added names its type. */
const typeOfAdded = sql<string | null>`(
  select added.issue_type from verdicts as added
  where added.review = verdicts.review and added.issue = verdicts.issue and added.kind = 'missed')`

const newestOfPerson = sql<boolean>`verdicts.version = (
  select max(later.version) from verdicts as later
  where later.review = verdicts.review and later.issue = verdicts.issue
    and later.person = verdicts.person)`

function selectVerdicts(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('verdicts')
    .leftJoin('verdict_texts', 'verdict_texts.verdict', 'verdicts.id')
    .selectAll('verdicts')
    .select('verdict_texts.content')
    .orderBy('issue')
    .orderBy('version')
}

/** What goes to the table that forgets; null when there is nothing. */
function textsOf({ judgement, added }: NewVerdict): object | null {
  switch (judgement.kind) {
    case 'dismissed':
      return judgement.reason?.text === undefined ? null : { text: judgement.reason.text }
    case 'edited':
      return { edit: judgement.edit }
    case 'missed':
      return { added }
    case 'accepted':
    case 'undone':
      return null
  }
}

function judgementOf(kind: string, reason: string | null, texts: Record<string, unknown>): unknown {
  switch (kind) {
    case 'dismissed':
      return { kind, reason: reason === null ? null : { kind: reason, text: texts.text } }
    case 'edited':
      return { kind, edit: texts.edit ?? {} }
    default:
      return { kind }
  }
}

function verdictOf({
  content,
  kind,
  reason,
  ...row
}: Selectable<Tables['verdicts']> & { content: string | null }): StoredVerdict {
  const texts: Record<string, unknown> = content === null ? {} : JSON.parse(content)
  return StoredVerdict.parse({
    ...row,
    judgement: judgementOf(kind, reason, texts),
    added: texts.added ?? null,
    createdAt: row.created_at,
  })
}

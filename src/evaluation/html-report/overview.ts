import { shortHash } from '../../lib/content-hash.ts'
import type { EvaluationSubject } from '../../schema/evaluation.ts'
import type { ModelAccount } from '../../schema/model.ts'
import { count, decimal, metrics, tidyAmount } from '../../schema/figure-words.ts'
import { isTooFewToJudge } from '../evaluation-notes.ts'
import type { EvaluationSummary, MetricInterval } from '../evaluation-summary.ts'
import { markup, type Markup } from './markup.ts'

type PageFacts = {
  title: string
  createdAt: string
  dataset: string
  subject: EvaluationSubject
  summary: EvaluationSummary
  cost?: ModelAccount
}

export function pageHeader({ title, createdAt, dataset, subject, summary }: PageFacts): Markup {
  const { documents, repeats, hashes } = summary
  const size = `${count(documents, 'document')}, ${count(repeats, 'run')}`
  return markup`<header>
<h1>${title}</h1>
<p class="meta">Dataset <b><bdi>${dataset}</bdi></b> <code title="${hashes.dataset}">${shortHash(hashes.dataset)}</code> · ${size} · <time datetime="${createdAt}">${readableTime(createdAt)}</time></p>
<p class="meta">${subjectText(subject)} <code title="${hashes.subject}">${shortHash(hashes.subject)}</code></p>
</header>`
}

function subjectText(subject: EvaluationSubject): Markup {
  if (subject.kind === 'outputs')
    return markup`Recorded outputs <bdi>${subject.files.join(', ')}</bdi>`
  const agents = subject.agents.map(({ name, hash }, index) => {
    return markup`${index === 0 ? '' : ', '}<span title="${hash}"><bdi>${name}</bdi></span>`
  })
  return markup`Flow <bdi>${subject.flow}</bdi> with ${count(subject.agents.length, 'agent')}: ${agents}`
}

/** `2026-11-24T15:20:31.000Z` → `2026-11-24 15:20 UTC`; other forms stay as they are. */
function readableTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::[\d.]+)?Z$/, '$1 $2 UTC')
}

/** The pooled figures, large. */
export function headline({ pooled }: EvaluationSummary): Markup {
  const { tp, fp, fn } = pooled
  const bases = {
    precision: `${tidyAmount(tp)} of ${tidyAmount(tp + fp)} detections are right`,
    recall: `${tidyAmount(tp)} of ${tidyAmount(tp + fn)} issues were found`,
    f05: `${count(pooled.f05.docs, 'document')} with something to judge`,
  }
  const few = isTooFewToJudge(pooled) ? markup` <span class="tag">too few to judge</span>` : null
  const cards = metrics.map(({ key, name }) => {
    return markup`<div><dt>${name}, all agents${few}</dt><dd>${decimal(pooled[key].value)}</dd>
<dd class="interval">${bounds(pooled[key])}</dd><dd class="base">${bases[key]}</dd></div>
`
  })
  return markup`<dl class="headline">${cards}</dl>`
}

function bounds({ lower, upper }: MetricInterval): string {
  return lower === null || upper === null
    ? 'cannot be told'
    : `95 % interval ${decimal(lower)} to ${decimal(upper)}`
}

/** What is neither a metric nor a mistake. */
export function facts({ summary, cost }: PageFacts): Markup {
  const { documents, repeats, errorRate, duplicates, unresolved, fixes } = summary
  const runs = documents * repeats
  const failed = Math.round(errorRate * runs)
  const entries = [
    ['Documents that failed', `${failed} of ${runs} (${(100 * errorRate).toFixed(1)} %)`],
    ['Duplicates', tidyAmount(duplicates)],
    ['Quotes not in the document', tidyAmount(unresolved)],
    ...(fixes.judged > 0
      ? [['Fixes that agree', `${tidyAmount(fixes.agreed)} of ${tidyAmount(fixes.judged)}`]]
      : []),
    ...(cost === undefined ? [] : costFacts(cost)),
  ]
  const items = entries.map(([name, value]) => {
    return markup`<div><dt>${name ?? ''}</dt><dd>${value ?? ''}</dd></div>`
  })
  return markup`<dl class="facts">${items}</dl>`
}

function costFacts({
  cost,
  currency,
  requests,
  cached,
  inputTokens,
  outputTokens,
}: ModelAccount): string[][] {
  const sum =
    cost === null ? '– (a price or usage is unknown)' : `${cost.toFixed(4)} ${currency ?? ''}`
  return [
    [
      'Cost',
      `${sum.trim()} for ${grouped(requests)} requests, ${grouped(cached)} from the journal`,
    ],
    ['Tokens', `${grouped(inputTokens)} in, ${grouped(outputTokens)} out`],
  ]
}

function grouped(value: number): string {
  return value.toLocaleString('en')
}

export function noteList(notes: readonly string[]): Markup {
  return markup`<ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`
}

import { useQuery } from '@tanstack/react-query'
import type { DatasetCheck } from '../../../src/schema/api/datasets.ts'
import type { DatasetVersionEntry } from '../../../src/schema/api/dataset-version.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Failure } from '../../components/failure.tsx'
import { Quiet } from '../../components/page.tsx'
import classes from './datasets.module.css'
import { ExampleLink } from '../../components/example-link.tsx'
import { splitWords } from './split-sizes.tsx'

/** Looks for copies and leaks when it is asked to: large versions take a while. */
export function CheckVersion({ version }: { version: DatasetVersionEntry }) {
  const { dataset, hash, splits } = version
  const examples = splits.reduce((sum, size) => sum + size.examples, 0)
  const hidden = splits
    .filter(({ split }) => split !== 'evaluation')
    .reduce((sum, size) => sum + size.examples, 0)
  const check = useQuery(
    api.datasets.check.queryOptions({
      input: { dataset, version: hash },
      enabled: false,
      retry: false,
    }),
  )
  return (
    <>
      <Quiet>
        Looks through the {count(examples, 'example')} that you see for texts that are copies of
        each other, and for what stands in prompts, rules and other files of the flow already.
      </Quiet>
      <Button
        size="compact-sm"
        variant="default"
        mt="xs"
        loading={check.isFetching}
        onClick={() => void check.refetch()}
      >
        {check.data === undefined ? 'Check for copies and leaks' : 'Check again'}
      </Button>
      {check.error !== null && <Failure sentence={sentenceOf(check.error)} />}
      {check.data !== undefined && (
        <Report check={check.data} examples={examples} hidden={hidden} />
      )}
    </>
  )
}

type ReportProps = { check: DatasetCheck; examples: number; hidden: number }

function Report({ check, examples, hidden }: ReportProps) {
  const {
    intact,
    forgotten,
    short,
    counts,
    straddling,
    repeated,
    leaks,
    searched,
    flow,
    left,
    elsewhere,
  } = check
  return (
    <div className={classes.report}>
      <div role="status">
        <ul className={classes.verdicts}>
          {!intact && (
            <Line isBad>Its content is not what its hash says: the store was changed.</Line>
          )}
          {counts.straddling !== null && (
            <Line isBad={counts.straddling > 0}>
              {count(counts.straddling, 'set')} of copies, or of parts of one document, in more than
              one split, among {count(examples, 'example')}
            </Line>
          )}
          <Line isBad={counts.repeated > 0}>
            {count(counts.repeated, 'set')} of copies within{' '}
            {counts.straddling === null ? 'the evaluation split' : 'a split'}, which count twice
          </Line>
          <Line isBad={counts.leaks > 0}>
            {count(counts.leaks, 'passage')} that {counts.leaks === 1 ? 'stands' : 'stand'} in
            prompts, rules or other files of the flow <bdi>{flow}</bdi>: {count(searched, 'file')}{' '}
            searched{left > 0 && `; ${left} more were too large, or too many`}
          </Line>
          {counts.straddling === null && (
            <Line>
              Copies in other splits, and what of them engineers can read elsewhere, were not looked
              for: that is for a custodian’s check
            </Line>
          )}
          {hidden > 0 && counts.elsewhere !== null && (
            <Line isBad={counts.elsewhere > 0}>
              {counts.elsewhere} of {count(hidden, 'hidden example')} that engineers can read
              elsewhere
            </Line>
          )}
          {forgotten > 0 && (
            <Line>{count(forgotten, 'example')} whose document was deleted, not looked at</Line>
          )}
          {short > 0 && (
            <Line>
              {count(short, 'example')} with fewer than 20 words, of which only copies with the same
              words are told
            </Line>
          )}
        </ul>
      </div>
      <Copies
        title="Copies, or parts of one document, in more than one split"
        all={counts.straddling ?? 0}
        sets={straddling}
        of={check}
      />
      <Copies title="Copies within a split" all={counts.repeated} sets={repeated} of={check} />
      <Leaks all={counts.leaks} leaks={leaks} of={check} />
      <OpenElsewhere all={counts.elsewhere ?? 0} found={elsewhere} of={check} />
    </div>
  )
}

function Line({ isBad = false, children }: { isBad?: boolean; children: React.ReactNode }) {
  return <li data-bad={isBad || undefined}>{children}</li>
}

type Version = Pick<DatasetCheck, 'dataset' | 'hash'>
type CopiesProps = {
  title: string
  all: number
  sets: DatasetCheck['straddling']
  of: Version
}

function Copies({ title, all, sets, of }: CopiesProps) {
  if (sets.length === 0) return null
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul className={classes.found}>
        {sets.map(({ examples }, index) => (
          <li key={index}>
            {examples.map(({ id, split }, place) => (
              <span key={id}>
                {place > 0 && ' = '}
                <ExampleLink dataset={of.dataset} version={of.hash} id={id} />{' '}
                <span className={classes.quiet}>{splitWords[split]}</span>
              </span>
            ))}
          </li>
        ))}
      </ul>
      <Rest shown={sets.length} all={all} />
    </section>
  )
}

type OpenElsewhereProps = { all: number; found: DatasetCheck['elsewhere']; of: Version }

function OpenElsewhere({ all, found, of }: OpenElsewhereProps) {
  if (found.length === 0) return null
  return (
    <section aria-label="Hidden examples that lie open elsewhere">
      <h3>Hidden examples that lie open elsewhere</h3>
      <ul className={classes.found}>
        {found.map(({ id, split, dataset }) => (
          <li key={id}>
            <ExampleLink dataset={of.dataset} version={of.hash} id={id} />{' '}
            <span className={classes.quiet}>{splitWords[split]}</span>{' '}
            {dataset === null ? 'among documents, or shown by a dataset once' : `in ${dataset}`}
          </li>
        ))}
      </ul>
      <Rest shown={found.length} all={all} />
    </section>
  )
}

const kinds = {
  issue: 'an issue',
  sentence: 'a sentence',
  passage: 'a passage',
} as const

function Leaks({ all, leaks, of }: { all: number; leaks: DatasetCheck['leaks']; of: Version }) {
  if (leaks.length === 0) return null
  return (
    <section aria-label="Leaks">
      <h3>Leaks</h3>
      <ul className={classes.found}>
        {leaks.map(({ id, split, kind, text, source }, index) => (
          <li key={index}>
            <code>
              {source.name}:{source.line}
            </code>{' '}
            has {kinds[kind]} of <ExampleLink dataset={of.dataset} version={of.hash} id={id} />{' '}
            <span className={classes.quiet}>{splitWords[split]}</span>
            <blockquote dir="auto">{text}</blockquote>
          </li>
        ))}
      </ul>
      <Rest shown={leaks.length} all={all} />
    </section>
  )
}

function Rest({ shown, all }: { shown: number; all: number }) {
  if (shown >= all) return null
  return (
    <Quiet>
      The first {shown} of {all}.
    </Quiet>
  )
}

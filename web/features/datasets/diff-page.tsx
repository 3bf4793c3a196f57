import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { DatasetDiff } from '../../../src/schema/api/datasets.ts'
import type { DatasetVersionEntry } from '../../../src/schema/api/dataset-version.ts'
import { api, sentenceOf } from '../../api.ts'
import { Page, PageSection, Quiet } from '../../components/page.tsx'
import { PageFailure, PageLoading } from '../../components/page-states.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { shortHash } from '../../components/short-hash.ts'
import classes from './datasets.module.css'
import { ExampleLink } from '../../components/example-link.tsx'
import { LabelWords } from './label-line.tsx'
import { splitWords } from './split-sizes.tsx'
import { useVersions } from './use-versions.ts'

const route = getRouteApi('/shell/datasets/$dataset/compare')

/** What differs between two versions. */
export function DiffPage() {
  const { dataset } = route.useParams()
  const { from, to } = route.useSearch()
  const { data, error, refetch } = useQuery(
    api.datasets.diff.queryOptions({ input: { dataset, from, to }, enabled: from !== '' }),
  )
  return (
    <Page
      name={`What differs in ${dataset}`}
      heading={
        <>
          What differs in <bdi>{dataset}</bdi>
        </>
      }
      back={{ to: '/datasets/$dataset', params: { dataset }, label: dataset }}
    >
      <Choice dataset={dataset} from={data?.from ?? from} to={data?.to ?? to} />
      {error !== null && (
        <PageFailure
          title="They cannot be compared"
          sentence={sentenceOf(error)}
          retry={() => refetch()}
        />
      )}
      {from === '' && <Quiet>Choose the older one.</Quiet>}
      {from !== '' && data === undefined && error === null && <PageLoading words="Comparing" />}
      {data !== undefined && <Differences diff={data} />}
    </Page>
  )
}

type Sides = { dataset: string; from: string; to: string }

function Choice({ dataset, from, to }: Sides) {
  const navigate = useNavigate()
  const query = useVersions(dataset)
  const versions = query.data?.pages.flatMap(({ items }) => items) ?? []
  const choose = (search: { from: string; to: string }): void =>
    void navigate({ to: '/datasets/$dataset/compare', params: { dataset }, search })
  return (
    <div className={classes.above} role="group" aria-label="What is compared">
      <SelectField
        label="From"
        value={from}
        onChange={(hash) => choose({ from: hash, to })}
        data={choices(versions, from)}
      />
      <SelectField
        label="To"
        value={to}
        onChange={(hash) => choose({ from, to: hash })}
        data={choices(versions, to)}
      />
      <ShowMore query={query} label="Older versions" />
    </div>
  )
}

function choices(versions: readonly DatasetVersionEntry[], chosen: string) {
  const listed = versions.map(({ hash, createdAt, createdBy }) => ({
    value: hash,
    label: `${shortHash(hash)}, ${moment.format(createdAt)}, ${createdBy.name}`,
  }))
  if (listed.some(({ value }) => value === chosen)) return listed
  return [{ value: chosen, label: chosen === '' ? 'choose' : shortHash(chosen) }, ...listed]
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** An example may be in several: with another text it may belong to another group, too. */
function differencesInWords(counts: DatasetDiff['counts']): string {
  const { relabelled, added, removed, moved, replaced, regrouped } = counts
  const told = [
    { number: relabelled, words: 'relabelled' },
    { number: added, words: 'added' },
    { number: removed, words: 'removed' },
    { number: moved, words: 'moved to another split' },
    { number: replaced, words: 'with another text' },
    { number: regrouped, words: 'grouped otherwise' },
  ].filter(({ number }) => number > 0)
  if (told.length === 0) return 'Nothing differs.'
  return `Examples: ${told.map(({ number, words }) => `${number} ${words}`).join(', ')}.`
}

function Differences({ diff }: { diff: DatasetDiff }) {
  const { counts, from, to } = diff
  const link = (id: string, version: string): ReactNode => (
    <ExampleLink dataset={diff.dataset} version={version} id={id} />
  )
  return (
    <>
      <p role="status">{differencesInWords(counts)}</p>
      <Part name="Relabelled" all={counts.relabelled} shown={diff.relabelled.length}>
        {diff.relabelled.map((example) => (
          <li key={example.id}>
            {link(example.id, to)}
            <Labels example={example} />
          </li>
        ))}
      </Part>
      <Part name="Added" all={counts.added} shown={diff.added.length}>
        {diff.added.map(({ id, split }) => (
          <li key={id}>
            {link(id, to)} <span className={classes.quiet}>{splitWords[split]}</span>
          </li>
        ))}
      </Part>
      <Part name="Removed" all={counts.removed} shown={diff.removed.length}>
        {diff.removed.map(({ id, split }) => (
          <li key={id}>
            {link(id, from)} <span className={classes.quiet}>{splitWords[split]}</span>
          </li>
        ))}
      </Part>
      <Part name="Moved to another split" all={counts.moved} shown={diff.moved.length}>
        {diff.moved.map((move) => (
          <li key={move.id}>
            {link(move.id, to)}{' '}
            <span className={classes.quiet}>
              from {splitWords[move.from]} to {splitWords[move.to]}
            </span>
          </li>
        ))}
      </Part>
      <Part name="With another text" all={counts.replaced} shown={diff.replaced.length}>
        {diff.replaced.map((id) => (
          <li key={id}>{link(id, to)}</li>
        ))}
      </Part>
      <Part name="Grouped otherwise" all={counts.regrouped} shown={diff.regrouped.length}>
        {diff.regrouped.map((id) => (
          <li key={id}>{link(id, to)}</li>
        ))}
      </Part>
    </>
  )
}

type PartProps = { name: string; all: number; shown: number; children: ReactNode }

function Part({ name, all, shown, children }: PartProps) {
  if (all === 0) return null
  return (
    <PageSection title={`${name}: ${all}`}>
      <ul className={classes.found}>{children}</ul>
      {shown < all && (
        <Quiet>
          The first {shown} of {all}.
        </Quiet>
      )}
    </PageSection>
  )
}

type Relabelled = DatasetDiff['relabelled'][number]

/** Issues that came, went, or are told otherwise. */
function Labels({ example: { added, removed, changed } }: { example: Relabelled }) {
  return (
    <ul className={classes.differences}>
      {removed.map((label, index) => (
        <li key={`removed ${index}`} data-change="removed">
          <del>
            <LabelWords label={label} />
          </del>
        </li>
      ))}
      {added.map((label, index) => (
        <li key={`added ${index}`} data-change="added">
          <ins>
            <LabelWords label={label} />
          </ins>
        </li>
      ))}
      {changed.map(({ before, after }, index) => (
        <li key={`changed ${index}`} data-change="changed">
          <del>
            <LabelWords label={before} />
          </del>
          <br />
          <ins>
            <LabelWords label={after} />
          </ins>
        </li>
      ))}
    </ul>
  )
}

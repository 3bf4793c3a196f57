import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { DatasetExample } from '../../../src/schema/api/datasets.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { Page, Quiet } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { EmptyState } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { shortHash } from '../../components/short-hash.ts'
import { ExampleLink } from '../../components/example-link.tsx'
import { type Labelled, Labelling } from './labelling.tsx'
import { LabelledExample } from './labelled-example.tsx'
import { readOnce } from './read-once.ts'
import { splitWords } from './split-sizes.tsx'

const route = getRouteApi('/shell/datasets/$dataset/versions/$version/example')

/** One example with all of its text; custodians label it in the newest version. */
export function ExamplePage() {
  const { dataset, version } = route.useParams()
  const { id } = route.useSearch()
  const { data, error, refetch } = useQuery(
    api.datasets.example.queryOptions({ input: { dataset, version, id }, ...readOnce }),
  )
  const back = {
    to: '/datasets/$dataset/versions/$version',
    params: { dataset, version },
    label: `${dataset} ${shortHash(version)}`,
  } as const
  if (data === undefined) {
    const pending = { what: 'the example', error, retry: refetch }
    return <PagePending name={id} back={back} {...pending} />
  }
  return (
    <Page
      name={id}
      heading={<bdi>{id}</bdi>}
      back={back}
      actions={<Next dataset={dataset} version={version} id={id} />}
    >
      <Facts example={data} />
      <Content key={`${version} ${id}`} example={data} at={{ dataset, version }} />
    </Page>
  )
}

type At = { dataset: string; version: string }

/** The one that follows by id. */
function Next({ dataset, version, id }: At & { id: string }) {
  const { data } = useQuery(
    api.datasets.entries.queryOptions({ input: { dataset, version, after: id, limit: 1 } }),
  )
  const next = data?.items[0]
  if (next === undefined) return null
  return (
    <Link
      to="/datasets/$dataset/versions/$version/example"
      params={{ dataset, version }}
      search={{ id: next.id }}
    >
      Next example
    </Link>
  )
}

function Facts({ example }: { example: DatasetExample }) {
  const { split, splitSaidBy, issues, paragraphs, file, labelled } = example
  return (
    <Quiet>
      {splitWords[split]}
      {splitSaidBy !== undefined && `, as ${splitSaidBy.name} said`} · {count(issues, 'issue')}
      {paragraphs !== null && ` · ${count(paragraphs.length, 'paragraph')}`}
      {file != null && ` · read from ${file.name}`}
      {labelled !== null && ` · ${labelledInWords(labelled)}`}
    </Quiet>
  )
}

function labelledInWords({ by, settledBy }: NonNullable<DatasetExample['labelled']>): string {
  const names = by.map(({ name }) => name).join(' and ')
  return `labelled by ${names}${settledBy === null ? '' : `, settled by ${settledBy.name}`}`
}

function Content({ example, at }: { example: DatasetExample; at: At }) {
  const { may } = useMe()
  const { dataset, version } = at
  const mayLabel = may('datasets:write')
  const newest = useQuery(
    api.datasets.example.queryOptions({
      input: { dataset, version: 'newest', id: example.id },
      enabled: mayLabel && version !== 'newest',
      ...readOnce,
      retry: false,
    }),
  )
  const { begun, begin, reread } = useBegun()
  const { paragraphs, labels } = example
  if (paragraphs === null || labels === null) {
    return (
      <EmptyState title="Deleted">
        The document of this example was deleted, and its labels with it.
      </EmptyState>
    )
  }
  const content = { paragraphs, labels }
  const newestHash = version === 'newest' ? example.hash : newest.data?.hash
  if (begun !== null) {
    const isOutdated = newestHash !== undefined && newestHash !== begun.hash
    const props = { dataset, isOutdated, onReread: reread }
    return <Labelling key={begun.hash} example={begun} {...props} />
  }
  if (mayLabel && newestHash === example.hash) begin({ ...example, ...content })
  return (
    <>
      {newest.data !== undefined && (
        <Quiet>
          The newest version has other labels or another text:{' '}
          <ExampleLink dataset={dataset} version="newest" id={example.id} />
        </Quiet>
      )}
      <LabelledExample {...content} pages={null} />
    </>
  )
}

/** What somebody labels does not change under their hands, whatever others save meanwhile. */
function useBegun() {
  const [begun, setBegun] = useState<Labelled | null>(null)
  return { begun, begin: setBegun, reread: () => setBegun(null) }
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { LabellingExample } from '../../../src/schema/api/label-sets.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { Page, Quiet } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { EmptyState } from '../../components/page-states.tsx'
import { LabelApart } from './label-apart.tsx'
import { readOnce } from './read-once.ts'
import { SettleLabels } from './settle-labels.tsx'
import { splitWords } from './split-sizes.tsx'

const route = getRouteApi('/shell/datasets/$dataset/labelling/example')

/** One example as one of several people labels it: first apart, then beside the labels of the others. */
export function ApartPage() {
  const { dataset } = route.useParams()
  const { id } = route.useSearch()
  const { data, error, refetch } = useQuery(
    api.labelSets.example.queryOptions({ input: { dataset, id }, ...readOnce }),
  )
  const back = {
    to: '/datasets/$dataset/labelling',
    params: { dataset },
    label: `Labelling of ${dataset}`,
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
      actions={<NextToLabel key={id} dataset={dataset} after={id} />}
    >
      <Facts example={data} />
      <Content key={id} example={data} reread={() => void refetch()} />
    </Page>
  )
}

function Facts({ example }: { example: LabellingExample }) {
  const { split, paragraphs, annotators } = example
  const done = annotators.filter(({ state }) => state === 'handed-in').length
  return (
    <Quiet>
      {splitWords[split]}
      {paragraphs !== null && ` · ${count(paragraphs.length, 'paragraph')}`} ·{' '}
      {done === 0
        ? 'nobody has handed in labels yet'
        : `${done === 1 ? 'one person has' : `${done} people have`} handed in labels`}
    </Quiet>
  )
}

type ContentProps = { example: LabellingExample; reread: () => void }

function Content({ example, reread }: ContentProps) {
  const { paragraphs, comparison, mine } = example
  if (paragraphs === null) {
    return (
      <EmptyState title="Deleted">
        The document of this example was deleted, and its labels with it.
      </EmptyState>
    )
  }
  if (comparison !== null) {
    const shown = { ...example, paragraphs, comparison }
    // Who hands in labels meanwhile changes what there is to decide.
    const key = comparison.sets.map(({ person }) => person.id).join(' ')
    return <SettleLabels key={key} example={shown} reread={reread} />
  }
  return <LabelApart key={mine.revision} example={{ ...example, paragraphs }} />
}

const lookedAt = 100

/** Of the examples that follow by id, the first one that one has yet to label. */
function NextToLabel({ dataset, after }: { dataset: string; after: string }) {
  const { data } = useQuery(
    api.labelSets.examples.queryOptions({ input: { dataset, after, limit: lookedAt } }),
  )
  const next = data?.items.find(({ mine, isSettled }) => mine === null && !isSettled)
  if (next === undefined) return null
  return (
    <Link to="/datasets/$dataset/labelling/example" params={{ dataset }} search={{ id: next.id }}>
      Next to label
    </Link>
  )
}

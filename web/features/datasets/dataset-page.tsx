import { getRouteApi, Link } from '@tanstack/react-router'
import { Page, PageSection, Quiet } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { useMe } from '../../components/use-me.ts'
import { ImportForm } from './import-form.tsx'
import { Owner } from './owner.tsx'
import { Proposals } from './proposals.tsx'
import { References } from './references.tsx'
import { SplitSizes } from './split-sizes.tsx'
import { useVersions } from './use-versions.ts'
import { Versions } from './versions.tsx'

const route = getRouteApi('/shell/datasets/$dataset')
const back = { to: '/datasets', label: 'All datasets' } as const

/** A dataset's versions, and what may become the next one. */
export function DatasetPage() {
  const { dataset } = route.useParams()
  const { may } = useMe()
  const query = useVersions(dataset)
  const { data, error, refetch } = query
  if (data === undefined) {
    const pending = { what: 'the dataset', error, retry: refetch }
    return <PagePending name={dataset} back={back} {...pending} />
  }
  const versions = data.pages.flatMap(({ items }) => items)
  return (
    <Page
      name={dataset}
      heading={<bdi>{dataset}</bdi>}
      back={back}
      actions={may('datasets:write') && <LabellingLink dataset={dataset} />}
    >
      <Owner dataset={dataset} mayChange={may('datasets:write')} />
      {versions[0] !== undefined && <SplitSizes splits={versions[0].splits} />}
      <PageSection title="Versions">
        <Versions versions={versions} isWhole={!query.hasNextPage} />
        <ShowMore query={query} label="Older versions" />
      </PageSection>
      {may('datasets:write') && (
        <>
          <Proposals dataset={dataset} hasTest={hasTest(versions[0])} />
          {may('gates:write') && hasTest(versions[0]) && <References dataset={dataset} />}
          <PageSection title="Add a version">
            <Quiet>
              What belongs together keeps its split. What engineers may have seen cannot be hidden
              any more.
            </Quiet>
            <ImportForm dataset={dataset} />
          </PageSection>
        </>
      )}
    </Page>
  )
}

function LabellingLink({ dataset }: { dataset: string }) {
  return (
    <Link to="/datasets/$dataset/labelling" params={{ dataset }}>
      Labelling by several people
    </Link>
  )
}

function hasTest(version: { splits: { split: string }[] } | undefined): boolean {
  return version?.splits.some(({ split }) => split === 'test') ?? false
}

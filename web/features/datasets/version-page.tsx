import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { DatasetVersionEntry } from '../../../src/schema/api/dataset-version.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { Page, PageSection, Quiet } from '../../components/page.tsx'
import { PagePending } from '../../components/page-pending.tsx'
import { useMe } from '../../components/use-me.ts'
import { When } from '../../components/when.tsx'
import { shortHash } from '../../components/short-hash.ts'
import { CheckVersion } from './check-version.tsx'
import { Examples } from './examples.tsx'
import { ExportVersion } from './export-version.tsx'
import { SplitSizes } from './split-sizes.tsx'

const route = getRouteApi('/shell/datasets/$dataset/versions/$version')

/** What one version holds, as far as one may see it. */
export function VersionPage() {
  const { dataset, version } = route.useParams()
  const { may } = useMe()
  const { data, error, refetch } = useQuery(
    api.datasets.version.queryOptions({ input: { dataset, version } }),
  )
  const back = { to: '/datasets/$dataset', params: { dataset }, label: dataset } as const
  const name = `${dataset} ${shortHash(version)}`
  if (data === undefined) {
    const pending = { what: 'the version', error, retry: refetch }
    return <PagePending name={name} back={back} {...pending} />
  }
  return (
    <Page
      name={name}
      heading={
        <>
          <bdi>{dataset}</bdi> <code title={data.hash}>{shortHash(data.hash)}</code>
        </>
      }
      back={back}
    >
      <Origin version={data} />
      <SplitSizes splits={data.splits} />
      {may('datasets:export') && <ExportVersion version={data} />}
      <PageSection title="Copies and leaks">
        <CheckVersion key={data.hash} version={data} />
      </PageSection>
      <PageSection title="Examples">
        <Examples key={data.hash} version={data} />
      </PageSection>
    </Page>
  )
}

function Origin({ version }: { version: DatasetVersionEntry }) {
  const { createdAt, createdBy, provenance } = version
  return (
    <>
      <Quiet>
        Added by {createdBy.name}, <When at={createdAt} />
        {provenance !== null && (
          <>
            {' '}
            · made of {provenance.source} · {count(groupsOf(provenance.groups), 'group')}:{' '}
            {provenance.groups.drawn} drawn by the key, {provenance.groups.kept} kept,{' '}
            {provenance.groups.chosen} chosen
          </>
        )}
      </Quiet>
      {provenance?.note != null && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {provenance.note}
        </Text>
      )}
    </>
  )
}

function groupsOf({
  drawn,
  kept,
  chosen,
}: {
  drawn: number
  kept: number
  chosen: number
}): number {
  return drawn + kept + chosen
}

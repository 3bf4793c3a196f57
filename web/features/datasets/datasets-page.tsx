import { useQuery } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { Page, PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { EmptyState } from '../../components/page-states.tsx'
import { useMe } from '../../components/use-me.ts'
import { DatasetsTable } from './datasets-table.tsx'
import { ImportForm } from './import-form.tsx'
import { OpenedTexts } from './opened-texts.tsx'

/** Datasets of which one may see something, each by its newest version. */
export function DatasetsPage() {
  const { may } = useMe()
  const query = useQuery(api.datasets.list.queryOptions())
  const datasets = query.data?.items
  return (
    <Page name="Datasets">
      <ListPending what="the datasets" query={query} />
      {datasets?.length === 0 && <NoDatasets mayAdd={may('datasets:write')} />}
      {datasets !== undefined && datasets.length > 0 && <DatasetsTable datasets={datasets} />}
      {may('datasets:write') && (
        <PageSection title="Add a dataset">
          <Quiet>
            JSON Lines whose lines carry their <code>paragraphs</code>, or a ZIP archive of a folder
            with documents and labels, such as a CSV table and its files. Where the columns of lines
            have other names, as those of prompt flow do, say which is which: <code>id=name</code>,{' '}
            <code>paragraphs=text</code>, <code>issues=gt_json</code>. Drawn splits hide a share of
            the examples from engineers.
          </Quiet>
          <ImportForm />
        </PageSection>
      )}
      {may('datasets:export') && <OpenedTexts />}
    </Page>
  )
}

function NoDatasets({ mayAdd }: { mayAdd: boolean }) {
  return (
    <EmptyState title="No datasets yet">
      A dataset is a set of documents with the issues that people found in them: what agents are
      measured on.{' '}
      {mayAdd ? 'Add the first one below.' : 'A custodian adds them; you see the evaluation split.'}
    </EmptyState>
  )
}

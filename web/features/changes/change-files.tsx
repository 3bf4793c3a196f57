import { useQuery } from '@tanstack/react-query'
import type { FileDiff } from '../../../src/schema/change-views.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api } from '../../api.ts'
import { PageSection, Quiet } from '../../components/page.tsx'
import { ListPending } from '../../components/page-pending.tsx'
import { ChangedFile } from './changed-file.tsx'
import classes from './changes.module.css'

/** What it changes, by the agent whose folder it is in. @param tree of another one there are other files */
export function ChangeFiles({ number, tree }: { number: number; tree: string | null }) {
  const query = useQuery(
    api.changes.diff.queryOptions({
      input: { number },
      enabled: tree !== null,
      staleTime: Infinity,
      // Those of what would be merged before something was pushed.
      refetchInterval: ({ state: { data } }) =>
        data !== undefined && data.tree !== tree ? 2_000 : false,
      structuralSharing: false,
    }),
  )
  if (tree === null) return null
  const { data } = query
  return (
    <PageSection title="Files">
      <ListPending what="the files" query={query} />
      {data !== undefined && data.files.length === 0 && (
        <Quiet>Once merged, no file is another one than before.</Quiet>
      )}
      {data !== undefined &&
        groupsOf(data.files).map(({ agent, files }) => (
          <div key={agent ?? ''} className={classes.group}>
            <h3>
              {agent === null ? (
                'Other files'
              ) : (
                <>
                  Agent <bdi>{agent}</bdi>
                </>
              )}
            </h3>
            {files.map((file) => (
              <ChangedFile
                key={`${data.tree} ${file.path}`}
                file={file}
                opened={isOpened(file, data.files)}
              />
            ))}
          </div>
        ))}
      {data !== undefined && data.leftOut > 0 && (
        <Quiet>{count(data.leftOut, 'more file')} changed; git shows them.</Quiet>
      )}
    </PageSection>
  )
}

type Group = { agent: string | null; files: FileDiff[] }

/** They come with those of agents first. */
function groupsOf(files: readonly FileDiff[]): Group[] {
  const groups: Group[] = []
  for (const file of files) {
    const last = groups.at(-1)
    if (last?.agent === file.agent) last.files.push(file)
    else groups.push({ agent: file.agent, files: [file] })
  }
  return groups
}

const mostOpened = { files: 8, characters: 20_000 }

/** What a change is about is read at once: files of agents, and those that decide how it is judged. */
function isOpened(file: FileDiff, all: readonly FileDiff[]): boolean {
  const characters = (file.before?.length ?? 0) + (file.after?.length ?? 0)
  const isRead = file.agent !== null || file.isPolicy || all.length <= 3
  return isRead && characters <= mostOpened.characters && all.indexOf(file) < mostOpened.files
}

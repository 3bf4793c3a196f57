import { Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { LabellingExample } from '../../../src/schema/api/label-sets.ts'
import type { LabelSetState } from '../../../src/schema/label-set.ts'
import type { DatasetParagraph } from '../../../src/schema/stored-dataset.ts'
import { count } from '../../../src/schema/figure-words.ts'
import { api, sentenceOf } from '../../api.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { Failure } from '../../components/failure.tsx'
import { Quiet } from '../../components/page.tsx'
import { useKeepTyped } from '../../components/use-keep-typed.ts'
import classes from './datasets.module.css'
import { LabelEditor } from './label-editor.tsx'
import { askForLabels } from './labelling.tsx'
import { useExamplePages } from './use-example-pages.ts'
import { useLabels } from './use-labels.ts'

type Props = { example: LabellingExample & { paragraphs: DatasetParagraph[] } }

/** Labels an example without seeing what others, or the version, say of it. */
export function LabelApart({ example }: Props) {
  const work = useLabels(example.mine.labels)
  const pages = useExamplePages(example)
  return (
    <LabelEditor
      dataset={example.dataset}
      paragraphs={example.paragraphs}
      pages={pages}
      work={work}
    >
      <HandIn example={example} work={work} />
    </LabelEditor>
  )
}

/** What cannot be taken back. */
type Final = Exclude<LabelSetState, 'draft'>

const finalWords: Record<Final, { title: string; confirm: string; told: string }> = {
  'handed-in': {
    title: 'Hand in your labels?',
    confirm: 'Hand them in',
    told: 'You cannot change them after that. You will see what others have handed in.',
  },
  abstained: {
    title: 'Not label this example?',
    confirm: 'Abstain',
    told: 'You will see what others have handed in and can settle it, but you cannot label it any more. Labels of yours that are not handed in are deleted.',
  },
}

function HandIn({ example, work }: Props & { work: ReturnType<typeof useLabels> }) {
  const { labels, isChanged } = work
  const [asking, setAsking] = useState<Final | null>(null)
  const save = useSave()
  const send = (state: LabelSetState): void => {
    const { dataset, id, document, mine } = example
    save.mutate({ dataset, id, document, revision: mine.revision, state, issues: labels })
  }
  useKeepTyped(isChanged && !save.isSuccess, askForLabels)
  return (
    <div className={classes.save}>
      <Quiet>
        {labels.length === 0
          ? 'Select words in the text, type them, or press n to choose them by keys, to label them. Nobody sees your labels before you hand them in.'
          : `${count(labels.length, 'label')}, ${isChanged ? 'not saved yet' : 'saved'}. Nobody sees them before you hand them in.`}
      </Quiet>
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" disabled={save.isPending} onClick={() => setAsking('handed-in')}>
          Hand in
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={!isChanged || save.isPending}
          onClick={() => send('draft')}
        >
          Save for later
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={save.isPending}
          onClick={() => setAsking('abstained')}
        >
          Abstain
        </Button>
      </Group>
      {save.error !== null && asking === null && <Failure sentence={sentenceOf(save.error)} />}
      {asking !== null && (
        <ConfirmDialog
          title={finalWords[asking].title}
          keep="Go on labelling"
          confirm={finalWords[asking].confirm}
          doing={save}
          onConfirm={() => send(asking)}
          close={() => setAsking(null)}
        >
          {finalWords[asking].told}
        </ConfirmDialog>
      )}
    </div>
  )
}

/** The answer has all that one may see now. */
function useSave() {
  const queries = useQueryClient()
  return useMutation(
    api.labelSets.save.mutationOptions({
      onSuccess: (saved, { dataset, id }) => {
        queries.setQueryData(api.labelSets.example.queryKey({ input: { dataset, id } }), saved)
        void queries.invalidateQueries({ queryKey: api.labelSets.examples.key() })
        void queries.invalidateQueries({ queryKey: api.labelSets.progress.key() })
      },
    }),
  )
}

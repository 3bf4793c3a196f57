import type { MistakeInContext } from '../../../src/schema/evaluation-details.ts'

/** Empty: all. */
export type MistakeFilter = { kind: string; type: string; document: string; text: string }

export const noFilter: MistakeFilter = { kind: '', type: '', document: '', text: '' }

export function filterMistakes(
  mistakes: readonly MistakeInContext[],
  { kind, type, document, text }: MistakeFilter,
): MistakeInContext[] {
  const wanted = text.trim().toLocaleLowerCase()
  return mistakes.filter((mistake) => {
    const types = [mistake.detected?.type, mistake.truth?.type]
    return (
      (kind === '' || mistake.kind === kind) &&
      (type === '' || types.includes(type)) &&
      (document === '' || mistake.document === document) &&
      (wanted === '' || textOf(mistake).includes(wanted))
    )
  })
}

function textOf({ detected, truth, paragraph, sentence }: MistakeInContext): string {
  const texts = [detected?.text, truth?.text, paragraph?.text ?? sentence]
  return texts.join('\n').toLocaleLowerCase()
}

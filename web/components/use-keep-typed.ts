import { useBlocker } from '@tanstack/react-router'

/**
 * Asks before the page is left with what was typed on it and is not kept.
 * @returns for what else takes it away: whether it may, after asking where there is something
 */
export function useKeepTyped(isTyped: boolean, question: string): () => boolean {
  const mayLeave = (): boolean => !isTyped || window.confirm(question)
  useBlocker({
    shouldBlockFn: () => !mayLeave(),
    enableBeforeUnload: isTyped,
    disabled: !isTyped,
  })
  return mayLeave
}

import { kinAmong, type TextOverlap, type TextSignature } from '../document/text-signature.ts'
import type { DocumentGroup } from '../schema/stored-document.ts'
import type { Candidate } from '../store/signatures.ts'

/** A document, or a hidden example, of which the text is a copy or an excerpt. */
export type NearCopy = { group: DocumentGroup; overlap: TextOverlap }

/** Those of the candidates that are kin of a text, the nearest first. */
export function nearCopies(signature: TextSignature, candidates: readonly Candidate[]): NearCopy[] {
  const inOrder = candidates.toSorted((a, b) => (a.group.id < b.group.id ? -1 : 1))
  return kinAmong(signature, inOrder).map(({ candidate: { group }, overlap }) => ({
    group,
    overlap,
  }))
}

export type GroupChoice = {
  /** Ids that follow from the text: for everybody, and for engineers where that one is hidden. */
  ids: { everybody: string; engineers: string }
  /** The group with the first of these ids, if there is one. */
  known: DocumentGroup | null
  /** Nearest first. */
  near: readonly NearCopy[]
  byEngineer: boolean
  /** The split of a text that is new. */
  drawn: () => DocumentGroup['split']
}

/** Where a document goes, and what group an exact copy of it finds when it is gone. */
export type ChosenGroup = { group: DocumentGroup; ofText: DocumentGroup }

/**
 * The group of a document that was just read.
 *
 * An engineer's document goes with copies that engineers see, else it is a group of its own. What is hidden
 * makes no difference to it but for the name of that group, which nobody is told.
 *
 * Anybody else's goes with hidden copies before others: a guess that an engineer uploads must not draw the
 * next version of a hidden document, and what reviewers say of it, to where engineers look.
 */
export function chooseGroup(choice: GroupChoice): ChosenGroup {
  const { ids, known, near, byEngineer, drawn } = choice
  if (byEngineer) {
    const id = known !== null && isHidden(known) ? ids.engineers : ids.everybody
    const ofText = { id, split: 'evaluation' as const, shownToEngineer: true }
    const visible = near.filter(({ group }) => !isHidden(group))
    const group = nearest(visible, known !== null && !isHidden(known) ? known : null)
    return { group: group === null ? ofText : { ...group, shownToEngineer: true }, ofText }
  }
  const among = (hidden: boolean): DocumentGroup | null =>
    nearest(
      near.filter(({ group }) => isHidden(group) === hidden),
      known !== null && isHidden(known) === hidden ? known : null,
    )
  const group = among(true) ?? among(false)
  if (group === null) {
    const own = { id: ids.everybody, split: drawn(), shownToEngineer: false }
    return { group: own, ofText: own }
  }
  return { group, ofText: { id: ids.everybody, split: group.split, shownToEngineer: false } }
}

/** The same text first, then the group that its words had before, then the nearest. */
function nearest(near: readonly NearCopy[], known: DocumentGroup | null): DocumentGroup | null {
  const [first] = near
  if (first !== undefined && (known === null || first.overlap.jaccard === 1)) return first.group
  return known
}

function isHidden({ split }: DocumentGroup): boolean {
  return split !== 'evaluation'
}

import { z } from 'zod'
import { LabelledIssue } from './example.ts'

/**
 * `draft`: still at it; `handed-in`: done for good; `abstained`: sees the labels of others, to settle
 * them, and gives none.
 */
export const LabelSetState = z.enum(['draft', 'handed-in', 'abstained'])
export type LabelSetState = z.infer<typeof LabelSetState>

/** The labels that one person gives one text of a dataset, beside its versions. */
export const StoredLabelSet = z.object({
  dataset: z.string(),
  /** Id of the example. */
  example: z.string(),
  /** Hash of its text: another text under the same id is labelled anew. */
  document: z.string(),
  /** Id. */
  person: z.string(),
  state: LabelSetState,
  issues: z.array(LabelledIssue),
  /** From 1; how often it was saved. */
  revision: z.int().positive(),
  changedAt: z.int(),
  /** Who decided between the sets of this text, and when; null until somebody did. */
  settledBy: z.string().nullable(),
  settledAt: z.int().nullable(),
})
export type StoredLabelSet = z.infer<typeof StoredLabelSet>

/** A share or a coefficient with its 95 % interval; null where there is nothing to tell it from. */
export const AgreementFigure = z.object({
  value: z.number().nullable(),
  /** Of a coefficient null with one text alone: how much texts differ is not known then. */
  lower: z.number().nullable(),
  upper: z.number().nullable(),
})
export type AgreementFigure = z.infer<typeof AgreementFigure>

/** Chance-corrected agreement about things of which each can be said to be one or another. */
const Agreement = z.object({
  /** How many things two or more people have said something of. */
  things: z.int().nonnegative(),
  /** Share of pairs of people that say the same. */
  percent: AgreementFigure,
  /** Gwet's AC1 (Gwet 2008). */
  ac1: AgreementFigure,
  /** Krippendorff's alpha, nominal (Krippendorff 2011). */
  alpha: AgreementFigure,
})
export type Agreement = z.infer<typeof Agreement>

/** How far people agree who labelled the same texts apart. */
export const LabelAgreement = z.object({
  /** Texts that two or more people have handed in. */
  examples: z.int().nonnegative(),
  /** Issues that somebody labelled; agreed are those that others labelled there, as the same type. */
  issues: z.object({ things: z.int().nonnegative(), percent: AgreementFigure }),
  /** Whether there is anything to label in a paragraph. */
  paragraphs: Agreement,
  /** Which type an issue is of, and whether it counts, where two or more labelled it. */
  types: Agreement,
  /** At least 50 issues, and a coefficient below 0.6: what is measured on these labels is not well-defined. */
  isDoubtful: z.boolean(),
})
export type LabelAgreement = z.infer<typeof LabelAgreement>

import { z } from 'zod'
import { isPhrase, startsWithWord } from './phrase-pattern.ts'

const phrase = z.string().refine(isPhrase, {
  error:
    'a phrase is words, a|b, word?, * or *{0,3} with at least one word that must stand there and at most two gaps',
})
const phrases = z
  .array(phrase.refine(startsWithWord, { error: 'a phrase must begin with a word here' }))
  .min(1)
/** These are looked for at one place only, so they may begin with a gap. */
const phrasesAfter = z.array(phrase).min(1)
const sentences = z.array(z.string().min(1)).min(1)

/** One entry of a phrase file. */
export const PhraseRule = z.strictObject({
  id: z.string().min(1),
  /** Any of these phrases is a finding … */
  match: phrases,
  /** … when one of these stands right before it … */
  needsBefore: phrases.optional(),
  /** … and one of these right after it … */
  needsAfter: phrasesAfter.optional(),
  /** … unless one of these stands somewhere in the sentence, */
  unlessSentence: phrases.optional(),
  /** … or right before it, */
  unlessBefore: phrases.optional(),
  /** … or right after it. */
  unlessAfter: phrasesAfter.optional(),
  explanation: z.string().min(1),
  /** Replaces what was matched, `{match}` in it stands for that; the first letter keeps its case. */
  fix: z.string().nullable(),
  score: z.number().min(0).max(10),
  /** Sentences with what the rule must find in them, and sentences in which it must find nothing. */
  examples: z.strictObject({ match: sentences, ignore: sentences }),
})
export type PhraseRule = z.infer<typeof PhraseRule>

export const PhraseFile = z.strictObject({
  /** Groups of phrases that rules refer to as `$name`. */
  groups: z.record(z.string().regex(/^[a-z][a-z-]*$/, 'lower-case letters'), phrases).optional(),
  rules: z.array(PhraseRule).min(1),
})
export type PhraseFile = z.infer<typeof PhraseFile>

/** ISO 639-1, as documents have them. */
export const Languages = z
  .array(z.string().regex(/^[a-z]{2,3}$/, 'a code of a language: en, de, fr'))
  .min(1)

/** `agent.yaml` of an agent with engine `rules`. */
export const AgentConfig = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and hyphens'),
    description: z.string(),
    engine: z.literal('rules'),
    /** The issue type that it reports. */
    type: z.string().min(1),
    /** Findings with a lower score are dropped. */
    minScore: z.number().min(0).max(10).default(0),
    /** A phrase file beside agent.yaml; never a path, which could lead out of the folder. */
    phrases: z
      .string()
      .regex(/^[\w-]+\.yaml$/, 'the name of a .yaml file beside agent.yaml')
      .optional(),
    /** The grammar checker; rules by the names that it gives them. */
    grammar: z.strictObject({ mute: z.array(z.string()).default([]) }).optional(),
    /** Documents in other languages are passed over. Default: all; with the grammar checker, English. */
    languages: Languages.optional(),
  })
  .refine(({ phrases: file, grammar }) => file !== undefined || grammar !== undefined, {
    error: 'the agent has no rules: give it phrases, grammar or both',
  })
  .refine(({ grammar, languages = ['en'] }) => !grammar || languages.join() === 'en', {
    path: ['languages'],
    error: 'the grammar checker knows English only: [en]',
  })
export type AgentConfig = z.infer<typeof AgentConfig>

import type { ModelMessage } from '../schema/model.ts'

/**
 * Of UTF-8: English has about 4 of them in a token, and a letter of another script, which makes up more
 * of a token, has 2 or 3. No tokenizer makes more tokens than bytes.
 */
const bytesPerToken = 4

/** Of an answer, before the first one tells. */
const firstGuess = 500

/** @param schemaText the JSON Schema that goes along */
export function estimateInput(messages: ModelMessage[], schemaText: string): number {
  const bytes = [schemaText, ...messages.map(({ content }) => content)].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  )
  return Math.ceil(bytes / bytesPerToken)
}

export type Expected = { input: number; output: number }

/** Foresees the tokens of requests from what was true of those before. */
export type TokenForecast = {
  /** On the average. @param input as `estimateInput` has it */
  expect(input: number, outputAtMost: number | undefined): Expected
  /** With care. @param input as `estimateInput` has it */
  foresee(input: number, outputAtMost: number | undefined): Foreseen
  /**
   * @param estimate of the input, before it went out
   * @param told what it took, also when it failed; null when it was answered and nobody told
   */
  learn(estimate: number, told: Expected | null): void
}

/** What a request may take, by the worst of those before it. */
export type Foreseen = {
  /** The largest share of the estimate and the longest answer so far. */
  likely: Expected
  /** A token for each byte, and all the output that it may have; twice the longest so far where nothing bounds it. */
  atMost: Expected
  /** How many requests it is learned from. */
  from: number
}

export function createTokenForecast(): TokenForecast {
  const sums = { answers: 0, estimated: 0, input: 0, output: 0 }
  /** `share` is of the estimate of an input. */
  const most = { share: 1, output: firstGuess }
  let untold = 0
  return {
    expect(input, outputAtMost = Infinity) {
      const { answers, estimated } = sums
      if (answers === 0) return { input, output: Math.min(firstGuess, outputAtMost) }
      return {
        input: Math.ceil(input * (sums.input / Math.max(1, estimated))),
        output: Math.min(Math.ceil(sums.output / answers), outputAtMost),
      }
    },
    foresee(estimate, outputAtMost) {
      const input = Math.ceil(estimate * most.share)
      const output = Math.min(most.output, outputAtMost ?? Infinity)
      const atMost = {
        input: Math.max(input, estimate * bytesPerToken),
        output: outputAtMost ?? 2 * most.output,
      }
      return { likely: { input, output }, atMost, from: sums.answers + untold }
    },
    learn(estimate, told) {
      if (told === null) {
        untold += 1
        return
      }
      const { input, output } = told
      const isFirst = sums.answers === 0
      const share = input / Math.max(1, estimate)
      most.share = isFirst ? share : Math.max(most.share, share)
      most.output = isFirst ? output : Math.max(most.output, output)
      sums.answers += 1
      sums.estimated += estimate
      sums.input += input
      sums.output += output
    },
  }
}

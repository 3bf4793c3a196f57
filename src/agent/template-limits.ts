import { type Environment, Interpreter, type Node, type Value } from '@huggingface/jinja'

/** Of one value and of what a template renders to, in characters; a list's item counts as 64. */
const largestValue = 4_000_000
/** A step is a node of the template that is evaluated, or 64 characters of its value. */
const mostSteps = 500_000
const charactersPerStep = 64

/** A template that would run or grow without end. */
class TemplateLimitError extends Error {}

/**
 * Jinja without the means to use up time or memory: loops over loops, and values that double.
 * Values are made bottom-up and never change, so their sizes can be remembered.
 */
export class LimitedInterpreter extends Interpreter {
  #steps = 0
  readonly #sizes = new WeakMap<object, number>()

  override evaluate(node: Node | undefined, environment: Environment): Value {
    const value = super.evaluate(node, environment)
    const size = this.#sizeOf(value)
    if (size > largestValue) {
      throw new TemplateLimitError(`it makes more than ${largestValue} characters`)
    }
    this.#steps += 1 + size / charactersPerStep
    if (this.#steps > mostSteps)
      throw new TemplateLimitError(`it takes more than ${mostSteps} steps`)
    return value
  }

  #sizeOf(value: Value): number {
    const content: unknown = value.value
    if (typeof content === 'string') return content.length
    if (!Array.isArray(content) && !(content instanceof Map)) return 0
    const known = this.#sizes.get(value)
    if (known !== undefined) return known
    let size = 0
    for (const item of content.values()) size += charactersPerStep + this.#sizeOf(item)
    this.#sizes.set(value, size)
    return size
  }
}

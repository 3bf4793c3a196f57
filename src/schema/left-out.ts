/** What is said of issues that an agent found beyond what one part may have. */
export function leftOutInWords(issues: number): string {
  return issues === 1
    ? '1 more issue was left out: too many for one part'
    : `${issues} more issues were left out: too many for one part`
}

/** What a verdict was reached with less than, after its walls. */
export function modesInWords({ demo, solo }: { demo: boolean; solo: boolean }): string {
  const words = demo ? ', demo mode: any walls were enough' : ''
  return solo ? `${words}, solo mode: one person held two roles` : words
}

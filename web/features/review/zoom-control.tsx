import { ActionIcon, Group, Text } from '@mantine/core'
import { Icon } from '../../components/icon.tsx'
import classes from './review-page.module.css'
import type { Zoom } from './use-page-layout.ts'

const steps = [25, 33, 50, 67, 80, 100, 125, 150, 200, 300, 400]
const startPercent = 100

export function nextZoom(zoom: Zoom, by: 'in' | 'out' | 'width'): Zoom {
  if (by === 'width') return 'width'
  const now = zoom === 'width' ? startPercent : zoom
  if (by === 'in') return steps.find((step) => step > now) ?? now
  return steps.findLast((step) => step < now) ?? now
}

type Props = { zoom: Zoom; onZoom: (zoom: Zoom) => void }

export function ZoomControl({ zoom, onZoom }: Props) {
  return (
    <Group gap={2} className={classes.zoom} role="group" aria-label="Size of the pages">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="Smaller"
        onClick={() => onZoom(nextZoom(zoom, 'out'))}
      >
        <Icon name="smaller" />
      </ActionIcon>
      <Text size="xs" w={44} ta="center" aria-live="polite">
        {zoom === 'width' ? 'Width' : `${zoom}%`}
      </Text>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="Larger"
        onClick={() => onZoom(nextZoom(zoom, 'in'))}
      >
        <Icon name="larger" />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="As wide as the pane"
        onClick={() => onZoom('width')}
      >
        <Icon name="width" />
      </ActionIcon>
    </Group>
  )
}

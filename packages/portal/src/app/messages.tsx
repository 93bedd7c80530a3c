import { Notifications } from '@mantine/notifications';

/** Where it is said that something was done. */
export function Messages() {
  return <Notifications position="bottom-right" limit={3} />;
}

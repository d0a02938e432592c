import type { Colours } from './terminal';

/** Good is green, bad is red, in between is yellow; a job on its way is as it is. */
export function paintStatus(status: string, colours: Colours): string {
  switch (status) {
    case 'Completed':
      return colours.green(status);
    case 'Failed':
    case 'Expired':
      return colours.red(status);
    case 'PartiallyCompleted':
    case 'Stopped':
    case 'Stopping':
      return colours.yellow(status);
    default:
      return status;
  }
}

import { createHash } from 'node:crypto';

/** Names as CloudFormation makes them up: stack, logical id and a tail; the same in every run. */
export class PhysicalNames {
  private made = 0;

  constructor(private readonly stackName: string) {}

  public next(logicalId: string, maxLength = 128): string {
    this.made += 1;
    const digest = createHash('sha256').update(`${this.stackName} ${logicalId} ${this.made}`).digest('hex');
    const tail = BigInt(`0x${digest.slice(0, 24)}`)
      .toString(36)
      .slice(0, 12)
      .toUpperCase();
    const room = Math.floor((maxLength - tail.length - 2) / 2);
    return `${this.stackName.slice(0, room)}-${logicalId.slice(0, room)}-${tail}`;
  }

  public nextBucket(logicalId: string): string {
    return this.next(logicalId, 63).toLowerCase();
  }

  /** As EC2 makes them up: `subnet-0123456789abcdef0`. */
  public nextEc2Id(kind: string, logicalId: string): string {
    return `${kind}-${createHash('sha256').update(this.next(logicalId)).digest('hex').slice(0, 17)}`;
  }

  public nextUuid(logicalId: string): string {
    const hex = createHash('sha256').update(this.next(logicalId)).digest('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  }
}

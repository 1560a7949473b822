import type { NodeGroupSize, NodeGroups } from '../../../lib/cluster/node-groups.ts';

/** Node groups in memory: those in `busy` are being changed to another size, which `describe` shows afterwards. */
export class FakeNodeGroups implements NodeGroups {
  readonly updates: { nodeGroup: string; desiredSize: number; requestToken: string }[] = [];
  readonly sizes = new Map<string, NodeGroupSize>();
  readonly busy = new Map<string, number>();

  constructor(sizes: Record<string, [desiredSize: number, maxSize: number]>) {
    for (const [name, [desiredSize, maxSize]] of Object.entries(sizes))
      this.sizes.set(name, { desiredSize, maxSize, status: 'ACTIVE' });
  }
  async describe(_cluster: string, name: string) {
    const size = this.sizes.get(name);
    if (size === undefined) throw new Error(`no node group ${name}`);
    return size;
  }
  async setDesiredSize(_cluster: string, nodeGroup: string, desiredSize: number, requestToken: string) {
    const other = this.busy.get(nodeGroup);
    if (other !== undefined) {
      this.sizes.set(nodeGroup, { desiredSize: other, maxSize: 99, status: 'UPDATING' });
      return undefined;
    }
    this.updates.push({ nodeGroup, desiredSize, requestToken });
    return `update-${nodeGroup}`;
  }
}

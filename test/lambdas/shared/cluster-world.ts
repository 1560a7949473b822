import { Authority } from '../../../lib/authority/authority.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { LoopbackServer } from '../../lib/cluster/loopback-server.ts';
import { FakeAws } from './fake-aws.ts';
import { active, samplePlan, standby } from './sample-plan.ts';

const nodeGroup = { name: 'ng', minSize: 1, maxSize: 9, instanceType: 'm7g.large' };
const inRegion = { clusterName: 'shop-b', autoscaler: 'none', nodeGroups: [nodeGroup] } as const;

/** What handlers of the cluster functions meet: simulated tables, an EKS cluster by description, an API server over HTTPS. */
export class ClusterWorld {
  readonly plan: Plan = samplePlan({
    clusters: [{ kind: 'eks', name: 'main', regions: { [active]: inRegion, [standby]: inRegion } }],
  });
  readonly aws = new FakeAws();
  readonly server: LoopbackServer;
  readonly authority: Authority;
  readonly captures: CaptureStore;
  readonly journal: Journal;

  private constructor(server: LoopbackServer) {
    this.server = server;
    const { client } = this.aws.tables;
    this.authority = new Authority({ client, tableName: 'authority', estate: this.plan.estate });
    this.captures = new CaptureStore(client, 'captures');
    this.journal = new Journal({ client, tableName: 'journal', nowMs: () => 0 });
    const certificateAuthority = { data: Buffer.from(server.ca).toString('base64') };
    this.aws.answers.set('DescribeCluster', { cluster: { endpoint: server.endpoint, certificateAuthority } });
    this.aws.answers.set('DescribeNodegroup', {
      nodegroup: { scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 9 }, status: 'ACTIVE' },
    });
    // One Deployment with one ready pod, and nothing else.
    server.script = ({ method, url }) => {
      const deployment = {
        metadata: { name: 'web', namespace: 'web' },
        spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: {} },
        status: { readyReplicas: 1 },
      };
      const items = method === 'GET' && url.includes('/deployments') ? [deployment] : [];
      return { json: { kind: 'DeploymentList', metadata: {}, items } };
    };
  }

  static async start(): Promise<ClusterWorld> {
    return new ClusterWorld(await LoopbackServer.start());
  }

  async capture(application: string, replicas?: number): Promise<void> {
    const web = { cluster: 'main', kind: 'Deployment', namespace: 'web', name: 'web' } as const;
    const workloads = replicas === undefined ? [] : [{ ...web, replicas }];
    const summary = {
      application,
      region: active,
      epoch: 1,
      capturedAtMs: 1,
      workloads,
      cronJobs: [],
      requiredSecrets: [],
    };
    await this.captures.write(summary, []);
  }

  async stop(): Promise<void> {
    this.aws[Symbol.dispose]();
    await this.server.stop();
  }
}

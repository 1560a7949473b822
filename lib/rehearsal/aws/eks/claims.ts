import { claimsOf } from '../../claims/claim.ts';

export const eksClaims = claimsOf('eks', ['eks'], {
  'access-policies': {
    rule: 'The managed access policies follow the user-facing roles of Kubernetes: admin, edit, view.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html',
  },
  'pods-per-node': {
    rule: 'A node takes interfaces × (addresses − 1) + 2 pods, at most 110, or 250 from 30 vCPUs on.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html',
  },
  'interface-limits': {
    rule: 'Each instance size has its number of network interfaces and of addresses per interface.',
    source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AvailableIpPerENI.html',
  },
  'reserved-resources': {
    rule: 'Of a node 6 % of the first core and less of the others, 255 MiB and 11 MiB for each pod are kept for kubelet and system.',
    source: 'https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go',
  },
  'cluster-autoscaler-interval': {
    rule: 'Cluster Autoscaler looks for pending pods every 10 s.',
    source: 'https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md',
  },
  'karpenter-batch': {
    rule: 'Karpenter gathers pending pods for 1 to 10 s.',
    source: 'https://karpenter.sh/docs/reference/settings/',
  },
  'request-rate': {
    rule: 'Each reading action has 50 requests at once and 20 a second in an account and region, each changing one 20 and 1.',
  },
  'node-launch': {
    rule: 'From the desired size to a Ready node it takes 60 to 100 s.',
  },
  'node-termination': {
    rule: 'From a lower desired size to the end of the node it takes 30 to 60 s.',
  },
  'node-group-update': {
    rule: 'An update of a node group’s size is Successful after 10 to 30 s and waits for no nodes.',
  },
  'launch-retry': {
    rule: 'Auto Scaling tries a failed launch again after 45 to 75 s.',
  },
  'node-pool': {
    rule: 'A cluster without node groups may launch up to 100 m6i.xlarge.',
  },
});

import { expect, test } from '@jest/globals';
import { canaryMarks, withCanaries } from '../../../../lib/rehearsal/estate/canary.ts';

test('every value of every Secret is a canary, recognised in both of its forms; nothing else changes', () => {
  const metadata = { name: 'db', namespace: 'shop' };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { user: 'eA==' }, stringData: { password: 'x' } };
  const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { user: 'x' } };
  const [planted, kept] = withCanaries([secret, other]);
  const data = (planted as { data?: Record<string, string> }).data ?? {};
  expect(Object.keys(data)).toEqual(['user', 'password']);
  expect(planted).not.toHaveProperty('stringData');
  const [plain = '', encoded = ''] = canaryMarks;
  for (const value of Object.values(data)) {
    expect(value.startsWith(encoded)).toBe(true);
    expect(Buffer.from(value, 'base64').toString()).toContain(`${plain}/shop/db/`);
  }
  expect(kept).toBe(other);
});

// Stands in for the DynamoDB table `members`. Behind it could be any database; the answer has DynamoDB's form, because the
// definition was written for it.

const members = {
  1001: { name: 'Ada', mail: 'ada@example.com' },
  1002: { name: 'Grace', mail: 'grace@example.com' },
};

export async function getItem({ TableName, Key }) {
  if (TableName !== 'members') {
    throw Object.assign(new Error(`No table ${TableName}`), { name: 'DynamoDB.ResourceNotFoundException' });
  }
  const id = Key.id.S;
  if (!Object.hasOwn(members, id)) return {};
  const { name, mail } = members[id];
  return { Item: { id: { S: id }, name: { S: name }, mail: { S: mail } } };
}

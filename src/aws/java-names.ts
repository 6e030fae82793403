// How the AWS SDK for Java 2 spells names, which is how Step Functions spells them in SDK integrations: services and
// exceptions word by word (`DynamoDb`, `DbInstanceNotFoundException`), members with a leading acronym made small
// (`DBInstanceIdentifier` is `DbInstanceIdentifier`, `ChecksumCRC32` stays).

/** The words of a name: `DynamoDB` is `Dynamo`, `DB`; `ACMPCA v2` is `ACMPCA`, `v2`. */
function words(text: string): string[] {
  return text
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .replace(/([^a-z]{2,})v([0-9]+)/g, '$1 v$2 ')
    .replace(/([^A-Z]{2,})V([0-9]+)/g, '$1 V$2 ')
    .replace(/([a-z])(?=[A-Z][a-zA-Z0-9])/g, '$1 ')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([0-9])([a-zA-Z])/g, '$1 $2')
    .trim()
    .split(/ +/);
}

/** `DB instance` → `DbInstance`. */
export function classCase(text: string): string {
  return words(text)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/** The name of a service in errors, from its service id: `Application Auto Scaling` → `ApplicationAutoScaling`. */
export function servicePrefix(serviceId: string): string {
  return classCase(serviceId)
    .replace(/^(Amazon|Aws)/, '')
    .replace(/Service$/, '');
}

/** The class of a modelled error: `DBInstanceNotFoundFault` → `DbInstanceNotFoundException`. */
export function exceptionName(shape: string): string {
  const name = classCase(shape);
  if (name.endsWith('Fault')) return `${name.slice(0, -'Fault'.length)}Exception`;
  return name.endsWith('Exception') ? name : `${name}Exception`;
}

/** A member in an SDK integration: `DBInstanceArn` → `DbInstanceArn`, `eTag` → `ETag`, `equals` → `EqualsValue`; Java's own words are avoided. */
export function memberName(name: string): string {
  const small = lowerLeadingAcronym(name);
  if (small === 'equals') return 'EqualsValue';
  if (small === 'null') return 'Nul';
  return small.charAt(0).toUpperCase() + small.slice(1);
}

function lowerLeadingAcronym(name: string): string {
  let i = 1;
  while (i < name.length && isUpper(name.charAt(i)) && !isLower(name.charAt(i + 1))) i++;
  return name.slice(0, i).toLowerCase() + name.slice(i);
}

function isUpper(character: string): boolean {
  return character >= 'A' && character <= 'Z';
}

function isLower(character: string): boolean {
  return character >= 'a' && character <= 'z';
}

import { getMetadataStorage } from 'class-validator';

type Storage = ReturnType<typeof getMetadataStorage>;
type Metadata = ReturnType<Storage['getTargetValidationMetadatas']>;

const ofClass = new WeakMap<object, Metadata>();
const grouped = new WeakMap<Metadata, ReturnType<Storage['groupByPropertyName']>>();

/**
 * class-validator looks through all classes that it knows each time it judges an object, which would be a tenth of a
 * command. What a class was decorated with is looked up once instead; nothing is decorated after its first validation.
 */
export function rememberMetadata(storage: Storage = getMetadataStorage()): void {
  const lookUp = storage.getTargetValidationMetadatas.bind(storage);
  const group = storage.groupByPropertyName.bind(storage);
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    if (always || strictGroups || groups !== undefined)
      return lookUp(target, schema, always, strictGroups, groups);
    let found = ofClass.get(target);
    if (found === undefined) ofClass.set(target, (found = lookUp(target, schema, always, strictGroups)));
    return found;
  };
  storage.groupByPropertyName = (metadata) => {
    let found = grouped.get(metadata);
    if (found === undefined) grouped.set(metadata, (found = group(metadata)));
    return found;
  };
}

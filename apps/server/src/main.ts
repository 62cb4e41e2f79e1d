import 'reflect-metadata';
import { canonicalJson } from '#kernel';
console.log(canonicalJson({ b: 1, a: 2 }));

export * from './contract.js';
export { gradeProof, type MissingProof, type ProofGrade } from './domain/proof-grade.js';

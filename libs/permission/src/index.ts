export { PermissionModule } from './permission.module.js';

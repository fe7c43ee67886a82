package io.tuijian.launcher;

import org.rapaio.jupyter.kernel.MainApp;

/**
 * Jupyter's Java kernel, ended when it cannot start. Left alone, a kernel that finds one of its ports taken keeps
 * its other threads running and never answers, and Jupyter waits for it until its patience ends.
 */
final class NotebookKernel {
    private NotebookKernel() {}

    /** @param args the connection file that Jupyter wrote */
    public static void main(String[] args) {
        try {
            MainApp.main(args);
            System.exit(0); // whatever threads a notebook left; what is to be put back is put back
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }
}

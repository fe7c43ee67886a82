package io.tuijian.launcher;

import org.rapaio.jupyter.kernel.MainApp;

/**
 * Jupyter's Java kernel, ended when it cannot start. Left alone, a kernel that finds one of its ports taken, or is asked
 * something a moment before it knows what to answer, loses the thread that would have answered, keeps the others running,
 * and Jupyter waits for it until its patience ends.
 */
final class NotebookKernel {
    private NotebookKernel() {}

    /** @param args the connection file that Jupyter wrote */
    public static void main(String[] args) {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            e.printStackTrace();
            if (isOfTheKernel(thread)) {
                Runtime.getRuntime().halt(1);
            }
        });
        try {
            MainApp.main(args);
            System.exit(0); // whatever threads a notebook left; what is to be put back is put back
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    /** A thread that a notebook began may fail without ending all. */
    static boolean isOfTheKernel(Thread thread) {
        return thread.getClass().getPackageName().startsWith(MainApp.class.getPackageName());
    }
}

import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node of OpenSearch with k-NN, on a port of this machine alone. */
public final class Serve {
    public static void main(final String[] arguments) throws Exception {
        final String port = arguments[0];
        final OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("http.port", port);
            settings.put("network.host", "127.0.0.1");
            settings.put("discovery.type", "single-node");
            settings.putList("discovery.seed_hosts");
        }).build(OpenSearchRunner.newConfigs()
                .clusterName("tests")
                .numOfNode(1)
                .basePath(arguments[1])
                .disableESLogger()
                .pluginTypes("org.opensearch.knn.plugin.KNNPlugin"));
        runner.ensureYellow();
        System.out.println("ready");
        Thread.sleep(Long.MAX_VALUE);
    }
}

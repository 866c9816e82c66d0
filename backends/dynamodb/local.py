"""DynamoDB Local of Maven, AWS's own, or dynalite of npm."""
import glob
import os
import secrets
import subprocess

from wkl_local import FETCH_LIMIT, Server, Way, have

DYNAMODB_LOCAL, DYNALITE, MAVEN_DEPENDENCY = "2.5.3", "4.0.0", "3.6.1"
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>wkl</groupId><artifactId>local</artifactId><version>1</version>
<dependencies><dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId>
<version>{DYNAMODB_LOCAL}</version></dependency></dependencies></project>
"""


def compiles_java():
    """It is started through a few lines of Java, which takes a JDK, because it cannot be told an address."""
    said = have("java") and subprocess.run(["java", "--list-modules"], capture_output=True, check=False).stdout
    return bool(said) and b"\njdk.compiler" in said


def run_java(folder, port):
    starter = os.path.join(os.path.dirname(os.path.realpath(__file__)), "DynamoDBLoopback.java")
    return ["java", f"-Djava.library.path={folder}/lib", "-cp", f"{folder}/lib/*", starter, str(port)]


def run_node(folder, port):
    start = "require(process.argv[1])({}).listen(process.argv[2], '127.0.0.1')"
    return ["node", "-e", start, f"{folder}/node_modules/dynalite", str(port)]


class Local(Server):
    lacks = "no DynamoDB server: it takes nodejs and npm (Debian; dynalite), or a JDK and maven (DynamoDB Local)"

    def find(self):
        self.choose(local=Way(f"DynamoDB Local {DYNAMODB_LOCAL}", compiles_java, f"dynamodb-local-{DYNAMODB_LOCAL}",
                              self.maven, run_java),
                    dynalite=Way(f"dynalite {DYNALITE}", lambda: have("node"), f"dynalite-{DYNALITE}",
                                 self.npm("dynalite", DYNALITE), run_node))

    def maven(self, folder):
        if not have("mvn"):
            return False
        self.note(f"fetching DynamoDB Local {DYNAMODB_LOCAL} from Maven")
        with open(os.path.join(folder, "pom.xml"), "w") as f:
            f.write(POM)
        plugin = f"org.apache.maven.plugins:maven-dependency-plugin:{MAVEN_DEPENDENCY}:copy-dependencies"
        return self.step("mvn", "-q", "-B", "-f", f.name, plugin, f"-DoutputDirectory={folder}/lib",
                         "-DincludeScope=runtime", limit=FETCH_LIMIT) and glob.glob(f"{folder}/lib/DynamoDBLocal-*.jar")

    def settings(self, port, instance):
        return {"endpoint": f"http://127.0.0.1:{port}", "region": "us-east-1",
                "access_key": f"wkl{secrets.token_hex(16)}", "secret_key": self.password}
